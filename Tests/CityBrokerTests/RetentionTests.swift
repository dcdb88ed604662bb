import CityBroker
import CityKernel
import CityTesting
import Logging
import Testing

@Suite("過去をどれだけ残すか")
struct RetentionTests {
    /// A year of readings every six hours, looked at a year later.
    private func withYear(
        _ engine: TestEngine, _ settings: HistorySettings,
        _ body: (Broker) async throws -> Void
    ) async throws {
        let clock = ManualClock(Town.morning + .days(366))
        try await TestStores.with(engine, clock: clock, migrations: Broker.migrations) { store in
            let broker = try Broker(
                store: store, rules: [], clock: clock, logger: Logger(label: "city.test"),
                history: settings)
            let facts = (0..<1_460).map { Town.level(Double($0 % 10), at: $0 * 360) }
            try await broker.apply(facts, source: "test")
            try await body(broker)
        }
    }

    private func days(_ broker: Broker) async throws -> [AggregatedPeriod] {
        // From midnight in Japan on, whole days.
        var query = TemporalQuery(relation: .after(Town.morning - .hours(9)))
        query.aggregation = TemporalAggregation(methods: [.totalCount], period: .days(1))
        return try await broker.temporal(Town.gauge, query)?.entities.first?.series.first?
            .periods ?? []
    }

    @Test("古い値は消え、日ごとのまとめは残る", arguments: TestEngine.available)
    func trimming(engine: TestEngine) async throws {
        let settings = HistorySettings(retention: [.init(type: "WaterLevelObserved", days: 100)])
        try await withYear(engine, settings) { broker in
            let before = try await days(broker)
            let trims = try await broker.trimHistory()
            #expect(trims.first?.readings ?? 0 > 1_000)
            let horizon = try #require(trims.first?.before)
            let kept = try await broker.history(
                of: Town.gauge, "waterLevel", in: Town.morning...broker.now, limit: 5_000)
            #expect(kept.allSatisfy { $0.observedAt ?? horizon >= horizon })
            #expect(kept.count + (trims.first?.readings ?? 0) == 1_460)
            #expect(try await days(broker) == before)
            // A second look finds nothing; the state is still there.
            #expect(try await broker.trimHistory().isEmpty)
            #expect(try await broker.entity(Town.gauge)?["waterLevel"] != nil)
            // A late reading of a day whose readings are gone is still counted.
            try await broker.apply([Town.level(3, at: 7)], source: "test")
            let after = try await days(broker)
            #expect(after.first?.results[.totalCount] == 4)
        }
    }

    @Test("期限のない型と、期限のない型を兼ねるものは残る", arguments: TestEngine.available)
    func keeping(engine: TestEngine) async throws {
        let settings = HistorySettings(retention: [.init(type: "WaterLevelObserved", days: 100)])
        try await withYear(engine, settings) { broker in
            try await broker.write(source: "test") { work in
                try work.addTypes(["Monument"], to: Town.gauge)
            }
            #expect(try await broker.trimHistory().isEmpty)
        }
    }
}

@Suite("過去を表と地図で渡す")
struct HistoryExportTests {
    private func text(_ broker: Broker, _ export: HistoryExport) async throws -> String {
        var bytes: [UInt8] = []
        try await broker.exportHistory(export) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("CSV は一行に一つの値", arguments: TestEngine.available)
    func table(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            try await broker.apply(
                [
                    Town.level(1.5, at: 0), Town.level(2, at: 10),
                    Fact(
                        Town.gauge, type: "WaterLevelObserved", "note",
                        .property("a \"quote\", and more", observedAt: Town.morning)),
                ], source: "test", at: Town.morning + .hours(1))
            var export = HistoryExport(.csv, types: ["WaterLevelObserved"])
            export.attributes = ["waterLevel"]
            export.to = Town.morning + .minutes(5)
            let id = Town.gauge.text
            let told = (Town.morning + .hours(1)).iso8601
            #expect(
                try await text(broker, export)
                    == "id,type,attribute,datasetId,observedAt,value,unitCode,recordedAt\r\n"
                    + "\(id),WaterLevelObserved,waterLevel,,\(Town.morning.iso8601),1.5,MTR,"
                    + "\(told)\r\n")
            let all = try await text(broker, HistoryExport(.csv, ids: [Town.gauge]))
            #expect(all.contains("\"a \"\"quote\"\", and more\""))
            #expect(all.split(separator: "\r\n").count == 4)
        }
    }

    @Test("GeoJSON は今の場所に値を置く")
    func map() async throws {
        try await TestBrokers.with { broker in
            let place = GeoPoint(latitude: 32.2, longitude: 130.7)
            try await broker.apply(
                [
                    Town.level(1, at: 0),
                    Fact(
                        Town.gauge, type: "WaterLevelObserved", "location",
                        .place(.point(place))),
                ], source: "test")
            let export = HistoryExport(
                .geojson, types: ["WaterLevelObserved"], attributes: ["waterLevel"])
            let json = try JSONValue(parsing: Array(try await text(broker, export).utf8))
            let feature = json["features"]?.array?.first
            #expect(feature?["geometry"]?["coordinates"] == [130.7, 32.2])
            #expect(feature?["properties"]?["value"] == 1)
        }
    }

    @Test("一頁より長い過去も、もれなく一度ずつ書く", arguments: TestEngine.available)
    func long(engine: TestEngine) async throws {
        try await TestBrokers.with(engine) { broker in
            let count = 2 * HistoryExport.pageMax + 1
            try await broker.apply(
                (0..<count).map { Town.level(Double($0), at: $0) }, source: "test",
                at: Town.morning + .days(9))
            let lines = try await text(broker, HistoryExport(.csv, ids: [Town.gauge]))
                .split(separator: "\r\n").dropFirst()
            #expect(lines.count == count)
            #expect(Set(lines).count == count)
        }
    }
}
