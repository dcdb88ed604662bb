package import CityBroker
package import CityKernel
package import CityStore
package import Logging
import ServiceLifecycle

/// 装置台帳: which devices the city has, what their messages mean and how they fare.
///
/// Settings are dated editions; health is a row that commits with the facts of each message. Several
/// processes on one database tell each other of changes.
package final class DeviceRegister: Sendable {
    package static let devicesMax = 100_000
    package static let modelsMax = 500
    static let channel = "edge.device"

    let store: any Store
    let broker: Broker
    let clock: any CityClock
    let cityID: String
    let types: TypeGuard
    let book = DeviceBook()
    let rules: ReadingRules
    private let logger: Logger

    /// - Parameters:
    ///   - cityID: stands in the ids of entities that the register makes.
    ///   - rules: what is believed of water levels.
    package init(
        store: any Store, broker: Broker, clock: any CityClock, cityID: String,
        types: TypeGuard, rules: ReadingRules, logger: Logger
    ) {
        self.store = store
        self.broker = broker
        self.clock = clock
        self.cityID = cityID
        self.types = types
        self.rules = rules
        self.logger = logger
    }

    package static let migrations =
        EditionStore.migrations + DeviceStore.migrations + CommandStore.migrations

    /// Reads the settings; call before the first message.
    package func load() async throws {
        let (models, devices) = try await store.read { connection in
            (
                try EditionStore.list(.deviceModel, in: connection),
                try EditionStore.list(.device, in: connection)
            )
        }
        var contents = DeviceBook.Contents()
        for (name, edition) in models {
            guard let model = readable(name, { try DeviceModel(edition.value) }) else { continue }
            contents.models[name, default: []].append(edition.with(model))
        }
        // In order of editions, so that the newest of each device stays.
        for (name, edition) in devices {
            guard let device = readable(name, { try Device(edition.value) }) else { continue }
            contents.devices[name] = device
        }
        book.replace(contents)
    }

    /// One setting that cannot be read any more must not keep the city from its other devices.
    private func readable<Value>(_ name: String, _ read: () throws -> Value) -> Value? {
        do {
            return try read()
        } catch {
            logger.error(
                "a device's setting cannot be read",
                metadata: ["name": "\(name)", "error": "\(error)"])
            return nil
        }
    }

    /// The entity of the device itself.
    package func deviceEntityID(_ id: String) -> EntityID {
        EntityID(type: "Device", name: "\(cityID):\(id)")
    }
}

extension Edition {
    func with<Other: Sendable>(_ value: Other) -> Edition<Other> {
        Edition<Other>(
            number: number, value: value, validFrom: validFrom, madeAt: madeAt, madeBy: madeBy)
    }
}

// MARK: - Staff

extension DeviceRegister {
    package func states() async throws -> [String: DeviceState] {
        try await store.read { try DeviceStore.list(in: $0) }
    }

    func state(of device: String) async throws -> DeviceState {
        try await store.read { try DeviceStore.find(device, in: $0) } ?? DeviceState()
    }

    func editions(_ kind: SettingKind, _ name: String) async throws -> [Edition<JSONValue>] {
        try await store.read { try EditionStore.list(kind, name, in: $0) }
    }
}

// MARK: - Changes of other processes

extension DeviceRegister: Service {
    /// Follows what other processes on the same database register.
    package func run() async throws {
        try await cancelWhenGracefulShutdown {
            for await _ in self.store.listen(to: Self.channel) {
                do {
                    try await self.load()
                } catch let error as StoreError {
                    // The next change, or a restart, brings it; the old settings hold meanwhile.
                    self.logger.warning(
                        "devices not read again", metadata: ["error": "\(error)"])
                }
            }
        } onEnd: {
        }
    }
}
