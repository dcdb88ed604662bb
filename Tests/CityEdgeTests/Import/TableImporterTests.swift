import CityBroker
import CityIdentity
import CityKernel
import CityStore
import CityTesting
import Foundation
import Testing

@testable import CityEdge

@Suite("表の取り込み")
struct TableImporterTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func with(
        _ engine: TestEngine = .sqlite, _ body: (ImportDesk) async throws -> Void
    ) async throws {
        let clock = ManualClock(TestStores.morning)
        try await TestStores.with(
            engine, clock: clock,
            migrations: Broker.migrations + Identity.migrations + EditionStore.migrations
                + ImportDesk.migrations
        ) { store in
            let broker = try Broker(store: store, rules: [], clock: clock, logger: .quiet)
            try await body(
                ImportDesk(
                    store: store, broker: broker, clock: clock, cityID: "hitoyoshi",
                    types: TypeGuard { $0 == "Shelter" ? "避難所" : nil },
                    random: .system))
        }
    }

    private static func mapping(_ table: TablePlace = TablePlace()) throws -> ImportMapping {
        try ImportMapping(
            id: "halls", name: "集会所", types: ["Hall", "PointOfInterest"], idColumns: ["ID"],
            columns: [
                ColumnMapping(column: "名称", attribute: "name", isRequired: true),
                ColumnMapping(
                    column: "定員", attribute: "capacity", kind: .integer, unitCode: "C62"),
                ColumnMapping(column: "和室", attribute: "hasTatami", kind: .boolean),
            ], place: .columns(latitude: "緯度", longitude: "経度"), table: table)
    }

    private static func run(_ desk: ImportDesk, _ text: String) async throws -> ImportRun {
        let mapping = try mapping()
        let edition = try await desk.keep(mapping, by: "staff:1")
        return try await desk.run(
            Array(text.utf8),
            Edition(
                number: edition, value: mapping, validFrom: desk.clock.now,
                madeAt: desk.clock.now, madeBy: "staff:1"), origin: "halls.csv", by: "staff:1")
    }

    private static let header = "ID,名称,定員,和室,緯度,経度\n"

    @Test("よい行は残り、悪い行は行番号・列・直し方とともに挙がる", arguments: TestEngine.available)
    func goodAndBad(engine: TestEngine) async throws {
        try await Self.with(engine) { desk in
            let run = try await Self.run(
                desk,
                Self.header + """
                    1,東集会所,"１,２００",○,32.21,130.76
                    2,,30,無,32.21,130.76
                    3,西集会所,約30,無,32.21,130.76
                    4,南集会所,30,たぶん,130.76,32.21
                    1,東集会所,"１,２００",○,32.21,130.76
                    1,別の集会所,3,無,32.21,130.76
                    5,北集会所,-,-,,

                    """)
            let report = run.report
            #expect(report.read == 7)
            #expect(report.created == 2)
            #expect(report.repeated == 1)
            #expect(report.bad == 4)
            #expect(report.faults.map(\.line) == [3, 4, 5, 5, 7])
            #expect(report.faults.map(\.column) == ["名称", "定員", "和室", "緯度", "ID"])
            #expect(report.faults.map(\.refusal.reason).contains(.coordinatesSwapped))
            #expect(report.faults.allSatisfy { !$0.refusal.remedy.english.isEmpty })
            let hall = try #require(
                try await desk.broker.entity(EntityID(type: "Hall", name: "hitoyoshi:1")))
            #expect(hall.types == ["Hall", "PointOfInterest"])
            #expect(hall["capacity"]?.value == 1_200)
            #expect(hall["capacity"]?.unitCode == "C62")
            #expect(hall["hasTatami"]?.value == true)
            #expect(
                hall["location"]?.geometry
                    == .point(GeoPoint(latitude: 32.21, longitude: 130.76)))
            let kept = try await desk.findRun(run.id)
            #expect(kept == run)
        }
    }

    @Test("同じ表をもう一度入れても変わらず、変わった行と空にした値だけが変わる", arguments: TestEngine.available)
    func again(engine: TestEngine) async throws {
        try await Self.with(engine) { desk in
            let first = Self.header + "1,東,10,有,32.21,130.76\n2,西,20,無,32.22,130.77\n"
            #expect(try await Self.run(desk, first).report.created == 2)
            let second = try await Self.run(desk, first).report
            #expect(second.unchanged == 2)
            #expect(second.changed == 0)
            let third = try await Self.run(
                desk, Self.header + "1,東,,有,32.21,130.76\n2,西,25,無,32.22,130.77\n")
            #expect(third.report.changed == 2)
            let one = try await desk.broker.entity(EntityID(type: "Hall", name: "hitoyoshi:1"))
            #expect(one?["capacity"] == nil)
            let two = try await desk.broker.entity(EntityID(type: "Hall", name: "hitoyoshi:2"))
            #expect(two?["capacity"]?.value == 25)
            // The mapping has not changed, so it has one edition.
            #expect(third.edition == 1)
        }
    }

    @Test("表に必要な列がない・種類がほかの仕事のものなら、わけを言って断る")
    func refusals() async throws {
        try await Self.with { desk in
            let run = try await Self.run(desk, "番号,名称\n1,a\n")
            #expect(run.failure == ImportRefusal(.columnsMissing, "ID"))
            let foreign = try ImportMapping(
                id: "x", name: "x", types: ["Shelter"], idColumns: ["a"],
                columns: [ColumnMapping(column: "a", attribute: "a")])
            await #expect(throws: Problem.self) { try await desk.keep(foreign, by: "staff:1") }
        }
    }

    @Test("市の本物の表は、並びを自動で見分けてすべての行が残る")
    func realTables() async throws {
        let cases: [(path: String, layout: String, type: String, rows: Int)] = [
            (
                "Cities/hitoyoshi/data/shelters-emergency.geojson", "evacuation-site",
                "EvacuationSite", 28
            ),
            (
                "Cities/hitoyoshi/data/shelters-evacuation.geojson", "evacuation-shelter",
                "EvacuationShelter", 29
            ),
            ("Cities/hitoyoshi/data/heritage.csv", "cultural-property", "CulturalProperty", 41),
            ("Tests/CityEdgeTests/Fixtures/takamatsu-wifi.xlsx", "public-wifi", "PublicWiFi", 3),
            ("Tests/CityEdgeTests/Fixtures/takamatsu-events.xlsx", "event", "Event", 51),
        ]
        try await Self.with { desk in
            for one in cases {
                let url = Self.repository.appending(path: one.path)
                let bytes = Array(try Data(contentsOf: url))
                let table = try SourceTable(bytes)
                let layout = try #require(Layout.best(for: table), "\(one.path)")
                #expect(layout.id == one.layout, "\(one.path)")
                let mapping = try layout.mapping(
                    of: table, id: layout.id, name: layout.id, place: TablePlace())
                let number = try await desk.keep(mapping, by: "staff:1")
                let now = desk.clock.now
                let run = try await desk.run(
                    bytes,
                    Edition(
                        number: number, value: mapping, validFrom: now, madeAt: now,
                        madeBy: "staff:1"), origin: one.path, by: "staff:1")
                #expect(run.failure == nil)
                #expect(
                    run.report.created == one.rows, "\(one.path) \(run.report.faults.prefix(3))")
                #expect(run.report.bad == 0, "\(one.path) \(run.report.faults.prefix(3))")
            }
        }
    }

    @Test("決めは、書いて読み直しても同じで、おかしい決めは断る")
    func configuration() throws {
        let mapping = try Self.mapping(
            TablePlace(headerLine: 3, sheet: "一覧", recordsPath: "a.b"))
        #expect(try ImportMapping(mapping.json) == mapping)
        #expect(throws: Problem.self) {
            try ImportMapping(
                id: "x", name: "x", types: [], idColumns: ["a"],
                columns: [ColumnMapping(column: "a", attribute: "a")])
        }
        #expect(throws: Problem.self) {
            try ImportMapping(
                id: "x", name: "x", types: ["T"], idColumns: ["a"],
                columns: [
                    ColumnMapping(column: "a", attribute: "x"),
                    ColumnMapping(column: "b", attribute: "x"),
                ])
        }
        #expect(throws: Problem.self) { try ColumnMapping(column: "a", attribute: "id") }
    }

    @Test(
        "人が書く日付・時刻・数を読む",
        arguments: [
            ("令和8年7月4日", "2026-07-04"), ("R8.7.4", "2026-07-04"), ("平成元年1月8日", "1989-01-08"),
            ("2026/7/4(土)", "2026-07-04"), ("20260704", "2026-07-04"), ("２０２６年７月４日", "2026-07-04"),
        ])
    func dates(text: String, date: String) {
        #expect(CellText.date(text) == date)
        #expect(CellText.date("2026-02-30") == nil)
        #expect(CellText.clock("9時30分") == "09:30")
        #expect(CellText.clock("24:00") == "24:00")
        #expect(CellText.clock("25:00") == nil)
        #expect(CellText.number("－１２．５") == nil || CellText.number("－１２．５") == -12.5)
        #expect(CellText.number("12人") == nil)
        #expect(CellText.instant("2026/7/4 3:50") == Timestamp(iso8601: "2026-07-03T18:50:00Z"))
    }
}
