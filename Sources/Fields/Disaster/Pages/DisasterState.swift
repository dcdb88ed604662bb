import CityBroker
import CityKernel
import CityPlatform
import CityVocabulary

/// What the pages of this field show: the town's nouns at one instant, as plain values.
struct DisasterState: Sendable {
    struct Gauge: Sendable {
        var id: EntityID
        /// The gauge's short id in the city's settings, which its page's address carries.
        var key: String
        var name: LocalizedText
        var river: LocalizedText
        var location: GeoPoint?
        /// `nil` before the first reading.
        var reading: FloodReading?
        /// `nil` when no thresholds are in force.
        var stage: FloodStage?
        var thresholds: FloodThresholds?
    }

    struct BridgeLight: Sendable {
        var bridge: Bridge
        var scheme: BridgeScheme?
        var command: LampCommand?
    }

    var now: Timestamp
    /// In the order of the city's list: the first stands for the city.
    var gauges: [Gauge]
    var bridges: [BridgeLight]
    var schemes: [BridgeScheme]
    var shelters: [Shelter]
    var cameras: [CameraStill]
    var words: StageWords
}

extension DisasterState {
    /// Entity types on which the pages depend.
    static let topics: Set<String> = [
        WaterLevelObserved.entityType, FloodThresholds.entityType, FloodStage.entityType,
        StageText.entityType, Bridge.entityType, BridgeScheme.entityType, LampCommand.entityType,
        Shelter.entityType, CameraStill.entityType,
    ]

    static func load(_ city: City) async throws -> DisasterState {
        let broker = city.broker
        let observed = try await broker.all(WaterLevelObserved.entityType)
        let stages = try await broker.nouns(FloodStage.self)
        let thresholds = try await broker.nouns(FloodThresholds.self)
        let schemes = try await broker.nouns(BridgeScheme.self)
        let commands = try await broker.nouns(LampCommand.self)
        let gauges = city.configuration.gauges.map { gauge in
            Gauge(
                id: gauge.entityID, key: gauge.id, name: gauge.name, river: gauge.river,
                location: gauge.position,
                reading: observed.first { $0.id == gauge.entityID }?["waterLevel"]
                    .flatMap { FloodReading($0) },
                stage: stages.first { $0.gaugeID == gauge.entityID },
                thresholds: thresholds.first { $0.gaugeID == gauge.entityID })
        }
        let bridges = try await broker.nouns(Bridge.self).map { bridge in
            BridgeLight(
                bridge: bridge, scheme: schemes.first { $0.schemeID == bridge.schemeID },
                command: commands.first { $0.id == bridge.lampID })
        }
        return DisasterState(
            now: city.clock.now, gauges: gauges, bridges: bridges, schemes: schemes,
            shelters: try await broker.nouns(Shelter.self),
            cameras: try await broker.nouns(CameraStill.self),
            words: StageWords(try await broker.nouns(StageText.self)))
    }

    func gauge(_ id: EntityID) -> Gauge? { gauges.first { $0.id == id } }
    func gauge(key: some StringProtocol) -> Gauge? { gauges.first { $0.key == key } }

    /// The gauge that stands for the city.
    var face: Gauge? { gauges.first }
}

extension DisasterState.Gauge {
    /// In force at `instant`; empty when none are.
    func levels(at instant: Timestamp) -> [FloodStage.Level: Int] {
        thresholds?.edition(at: instant)?.levels ?? [:]
    }

    /// From this silence on a reading is old.
    var staleAfter: Duration { .minutes(thresholds?.staleAfterMinutes ?? 30) }

    /// 「球磨川 人吉」.
    func fullName(in language: Language) -> String { "\(river[language]) \(name[language])" }
}

extension Broker {
    /// Every entity of a type, up to the broker's limit for one page.
    func all(_ type: String) async throws -> [Entity] {
        try await entities(EntityQuery(type: type)).entities
    }

    /// Every noun of a type that reads as one. What another program wrote wrongly is left out, so
    /// that one broken entity never takes the page from everyone.
    func nouns<Value: Noun>(_ type: Value.Type) async throws -> [Value] {
        try await all(Value.entityType).compactMap { try? Value($0) }
    }
}
