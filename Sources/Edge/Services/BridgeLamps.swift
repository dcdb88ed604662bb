import CityKernel
import CityPlatform
import CityVocabulary
import ServiceLifecycle

/// Sends what the bridges shall show to their lamps, and tells what is on the wire.
///
/// Plan: 防災 ライティング防災アラート
struct BridgeLamps: CityService {
    let manifest = ServiceManifest(
        id: "edge.bridge-lamps", ring: .edge,
        title: LocalizedText("橋のあかりの送信", easy: "はしの あかりを つける", en: "Bridge lamps"),
        summary: LocalizedText(
            "決まった色と光り方を橋の照明に送り、届いているかを記録します。",
            easy: "はしの あかりに 色を おくります。",
            en: "Sends colour and pattern to the bridge's lamps and records what was sent."),
        planItems: ["B2"], reads: [LampCommand.entityType], writes: [LampState.entityType],
        uses: [.broker], publishes: [LampState.entityType],
        outside: LocalizedText("橋の照明", easy: "はしの あかり", en: "lamps of the bridge"))

    func workers(of city: City) throws -> [any Service] {
        try city.configuration.lamps.map { lamp in
            let settings = try LampConfiguration(
                patch: BridgePatch(
                    bridge: lamp.id,
                    fixtures: lamp.fixtures.map {
                        BridgePatch.Fixture(
                            id: $0.id, universe: UInt16($0.universe),
                            startChannel: $0.startChannel, count: $0.rgbFixtures)
                    }),
                commandID: lamp.entityID, wire: lamp.transport == .sacn ? .sacn : .artNet,
                priorityShow: UInt8(lamp.priority),
                priorityAlert: max(
                    UInt8(lamp.priority), LampConfiguration.priorityAlertDefault),
                framesPerSecond: lamp.framesPerSecond,
                keepAliveSeconds: lamp.keepAliveSeconds)
            let port = lamp.transport == .sacn ? city.configuration.ports.sacn : nil
            // A demonstration has no type by which it could reach a live lamp.
            if city.configuration.isDemonstration {
                return DrillLampSender(
                    settings,
                    destination: try LoopbackDestination(
                        lamp.destination, wire: settings.wire, port: port),
                    broker: city.broker, clock: city.clock, logger: city.logger)
            }
            return LiveLampSender(
                settings,
                destination: try LampDestination(
                    lamp.destination, wire: settings.wire, port: port),
                broker: city.broker, clock: city.clock, logger: city.logger)
        }
    }
}
