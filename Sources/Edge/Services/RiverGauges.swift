import CityIdentity
import CityKernel
package import CityPlatform
import CityVocabulary
import CityWeb

/// Water levels of every gauge, by whichever way they arrive: tables, the ingest door; MQTT
/// comes through `Devices`, feeds through `TableImports`.
struct RiverGauges: CityService {
    let manifest = ServiceManifest(
        id: "edge.river-gauges", ring: .edge,
        title: LocalizedText("水位の受け口", easy: "水の 高さの うけとり", en: "River gauges"),
        summary: LocalizedText(
            "国・県・市の水位計から水位を受け取り、観測時刻と品質をつけて残します。",
            easy: "川の 水の 高さを うけとって、時間と いっしょに のこします。",
            en: "Takes water levels from gauges and keeps them with time and quality."),
        planItems: ["A1", "A3", "B1"], writes: [WaterLevelObserved.entityType],
        uses: [.broker, .store], publishes: [WaterLevelObserved.entityType],
        outside: LocalizedText(
            "水位計・水位の配信元", easy: "水の 高さを はかる きかい", en: "gauges and their publishers"))

    /// Feeds and MQTT tell here how they fare.
    let board: SourceBoard

    func openingFacts(
        of configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> OpeningFacts {
        OpeningFacts(
            always: configuration.gauges.flatMap { gauge in
                WaterLevelObserved.Gauge(
                    name: gauge.name, river: gauge.river, location: gauge.position
                ).attributes.map {
                    Fact(
                        gauge.entityID, type: WaterLevelObserved.entityType, $0.name, $0.attribute)
                }
            })
    }

    func addRoutes(to router: CityRouter, of city: City) throws {
        IngestDoor(
            broker: city.broker, rules: Self.rules(of: city), access: .of(city),
            clock: city.clock, board: board
        ).addRoutes(to: router)
    }

    /// The feeds of `city.yaml`, for whoever pulls tables.
    static func feeds(of city: City) -> [LevelFeed] {
        city.configuration.feeds.map { settings in
            let standard = LevelColumns()
            let columns = LevelColumns(
                time: settings.timeColumn ?? standard.time,
                level: settings.levelColumn ?? standard.level,
                gauge: settings.gaugeColumn ?? standard.gauge)
            return LevelFeed(
                id: settings.id, url: settings.url, intervalSeconds: settings.intervalSeconds,
                importer: LevelImporter(
                    broker: city.broker, rules: rules(of: city), columns: columns,
                    clock: city.clock))
        }
    }

    static func rules(of city: City) -> ReadingRules {
        ReadingRules(gauges: GaugeDirectory(city.configuration))
    }
}

extension IngestAccess {
    /// Keys that may bring readings, or everybody with `--open-api`.
    static func of(_ city: City) -> IngestAccess {
        guard !city.isOpenAPI else { return .open }
        let identity = city.identity
        return .bearer { key in
            try await identity.principal(key: SecretToken(key)).may(.observeContext)
        }
    }
}

extension GaugeDirectory {
    /// Gauges by station number, short id and URI.
    package init(_ configuration: CityConfiguration) {
        self.init(
            Dictionary(
                configuration.gauges.flatMap { gauge in
                    [(gauge.station, gauge.entityID), (gauge.id, gauge.entityID)]
                }, uniquingKeysWith: { first, _ in first }))
    }
}
