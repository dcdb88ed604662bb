import CityBroker
import CityKernel
import CityPlatform
import CityStore
import CityVocabulary
import CityWeb
import Foundation
import ServiceLifecycle
import Synchronization

/// Devices of every kind: MQTT and HTTP in the manner of the FIWARE IoT Agents, LoRaWAN webhooks,
/// commands to actuators, and how each device fares.
///
/// Plan: 防災 ライティング防災アラート(センサー), データ連携基盤
final class Devices: CityService {
    let manifest = ServiceManifest(
        id: "edge.devices", ring: .edge,
        title: LocalizedText("装置の台帳", easy: "きかいの リスト", en: "Devices"),
        summary: LocalizedText(
            "市のセンサーや機器とつながり、測った値を受け取り、指令を送り、動いているかを見守ります。",
            easy: "市の きかいと つながって、すうじを うけとります。",
            en: "Connects the city's sensors and actuators and watches whether they work."),
        planItems: ["A1", "A3"], writes: [Devices.entityType],
        uses: [.broker, .store, .identity, .web],
        outside: LocalizedText(
            "センサーと機器", easy: "センサーと きかい", en: "sensors and actuators"))

    static let entityType = "Device"

    private struct Parts {
        var register: DeviceRegister
        var desk: CommandDesk
        var sender: MqttSender?
    }

    private let board: SourceBoard
    private let parts = Mutex<Parts?>(nil)

    /// - Parameter board: where MQTT tells how it fares.
    init(board: SourceBoard) { self.board = board }

    var migrations: [Migration] { DeviceRegister.migrations }

    func prepare(_ city: City) async throws {
        let registry = city.registry
        let own = manifest.id
        let register = DeviceRegister(
            store: city.store, broker: city.broker, clock: city.clock,
            cityID: city.configuration.id,
            types: TypeGuard { type in
                // A gauge may be one of our devices; its level is judged as every other's.
                guard type != WaterLevelObserved.entityType, let owner = registry.writer(of: type)
                else { return nil }
                return owner.id == own && type != Devices.entityType ? nil : owner.title.japanese
            },
            rules: RiverGauges.rules(of: city), logger: city.logger)
        try await register.load()
        let desk = CommandDesk(register: register)
        city.broker.add(desk)
        // Each process has a session of its own: one name would push the others out.
        let sender = try Self.settings(of: city, as: city.broker.nextToken()).map {
            MqttSender($0, clock: city.clock)
        }
        parts.withLock {
            $0 = Parts(register: register, desk: desk, sender: sender)
        }
    }

    private var ready: Parts {
        guard let parts = parts.withLock({ $0 }) else {
            preconditionFailure("a city is prepared before it is used")
        }
        return parts
    }

    func addRoutes(to router: CityRouter, of city: City) throws {
        let parts = ready
        IotDoor(register: parts.register, desk: parts.desk).addRoutes(to: router)
        LorawanDoor(register: parts.register, access: .of(city), desk: parts.desk)
            .addRoutes(to: router)
        DevicesPage(city: city, register: parts.register).addRoutes(to: router)
        DevicePage(city: city, register: parts.register, desk: parts.desk).addRoutes(to: router)
        ModelPage(city: city, register: parts.register).addRoutes(to: router)
    }

    var face: ServiceFace {
        ServiceFace(
            templates: TemplateLibrary.ofCityEdge, texts: .ofCityEdge,
            staffMenu: [DevicesPage.menuItem])
    }

    func receivers(of city: City) throws -> [any OutboxReceiver] {
        [
            CommandSender(
                desk: ready.desk, sender: ready.sender, outbound: city.broker.outbound)
        ]
    }

    func companions(of city: City) throws -> [any Service] {
        [ready.register] + (ready.sender.map { [$0] } ?? [])
    }

    /// A demonstration listens to nobody: its river is the recorded one.
    func workers(of city: City) throws -> [any Service] {
        let parts = ready
        let timer = CommandTimer(desk: parts.desk, clock: city.clock, logger: city.logger)
        guard let settings = try Self.settings(of: city) else { return [timer] }
        let feed = MqttFeed(
            settings,
            readers: [
                MqttDecoder(
                    mappings: [try .standard(tenant: city.configuration.id)],
                    rules: RiverGauges.rules(of: city)),
                IotReader(register: parts.register, desk: parts.desk),
            ],
            broker: city.broker, clock: city.clock, logger: city.logger)
        board.add("mqtt") { feed.health.json }
        return [timer, feed]
    }

    /// Messages are read when `ports.mqtt` names the machine's server.
    /// - Parameter suffix: tells a second session of this process from the first.
    private static func settings(
        of city: City, as suffix: String? = nil
    ) throws -> MqttConfiguration? {
        guard !city.configuration.isDemonstration, let port = city.configuration.ports.mqtt else {
            return nil
        }
        let loginFile = city.dataFolder.appending(path: loginFileName).path
        let login =
            try FileManager.default.fileExists(atPath: loginFile)
            ? MqttConfiguration.Login(file: loginFile) : nil
        let name = "cityos-\(city.configuration.id)"
        return try MqttConfiguration(
            host: "127.0.0.1", port: port, clientID: suffix.map { "\(name)-\($0)" } ?? name,
            login: login)
    }

    /// In the data folder: user and password of the MQTT server, when it asks for them.
    private static let loginFileName = "mqtt-login"
}
