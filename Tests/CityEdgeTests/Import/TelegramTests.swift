import CityBroker
import CityKernel
import CityTesting
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import CityEdge

@Suite("電文と一覧")
struct TelegramTests {
    private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures")

    private static func telegram(_ name: String, status: String = "通常") throws -> [UInt8] {
        let text = try String(contentsOf: fixtures.appending(path: name), encoding: .utf8)
        return Array(
            text.replacing("<Status>通常</Status>", with: "<Status>\(status)</Status>").utf8)
    }

    private static func edition(
        _ desk: ImportDesk, _ layout: String
    ) async throws -> Edition<ImportMapping> {
        let layout = try #require(Layout.all.first { $0.id == layout })
        let table = try SourceTable(try telegram("telegram-river.xml"))
        _ = try await desk.keep(
            try layout.mapping(of: table, id: layout.id, name: layout.id, place: TablePlace()),
            by: "staff:1")
        return try await desk.mapping(layout.id)
    }

    private static func alerts(_ desk: ImportDesk, _ type: String) async throws -> [Entity] {
        try await desk.broker.entities(EntityQuery(type: type)).entities
    }

    @Test("指定河川洪水予報の電文は、発表官署・区域・重さのある Alert になる", arguments: TestEngine.available)
    func river(engine: TestEngine) async throws {
        try await TableImporterTests.with(engine) { desk in
            let mapping = try await Self.edition(desk, "jma-telegram")
            let bytes = try Self.telegram("telegram-river.xml")
            let run = try await desk.run(bytes, mapping, origin: "電文", by: "edge/import")
            #expect(run.failure == nil && run.report.created == 1, "\(run)")
            let alert = try #require(try await Self.alerts(desk, "Alert").first)
            func value(_ name: String) -> JSONValue? { alert[name]?.value }
            #expect(value("status") == "通常")
            #expect(value("category") == "指定河川洪水予報")
            #expect(value("severity") == "medium")
            #expect(value("warningLevel") == 2)
            #expect(value("alertSource")?.string?.contains("河川事務所") == true)
            #expect(alert["severity"]?.observedAt == Timestamp(iso8601: "2019-05-09T11:40:00Z"))
            let areas = try #require(value("areas")?.array)
            #expect(areas.count == 5)
            #expect(areas.first?["kinds"]?.array?.first?["name"]?.string == "氾濫注意情報")
            #expect(areas.first?["code"]?.string == "123456789012")
            let again = try await desk.run(bytes, mapping, origin: "電文", by: "edge/import")
            #expect(again.report.unchanged == 1)
        }
    }

    @Test("訓練と試験の電文は、本物の Alert には決してならない", arguments: ["訓練", "試験"])
    func drills(status: String) async throws {
        try await TableImporterTests.with { desk in
            let real = try await Self.edition(desk, "jma-telegram")
            let drill = try await Self.edition(desk, "jma-telegram-drill")
            let bytes = try Self.telegram("telegram-warning.xml", status: status)
            let none = try await desk.run(bytes, real, origin: "電文", by: "edge/import")
            #expect(none.failure == nil && none.report.read == 0)
            _ = try await desk.run(bytes, drill, origin: "電文", by: "edge/import")
            #expect(try await Self.alerts(desk, "Alert").isEmpty)
            let kept = try #require(try await Self.alerts(desk, "AlertDrill").first)
            #expect(kept["status"]?.value.string == status)
            let warning = try Self.telegram("telegram-warning.xml")
            let apart = try await desk.run(warning, drill, origin: "電文", by: "edge/import")
            #expect(apart.report.read == 0)
        }
    }

    @Test(
        "実体の爆弾、外の実体、UTF-16、深すぎるXML、切れたXMLは断る",
        arguments: [
            #"<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>"#,
            #"<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>"#,
            #"<?xml version="1.0" encoding="UTF-7"?><l/>"#, "<a><b></a>", "<a", "<a>&unknown;</a>",
            String(repeating: "<a>", count: XMLReader.depthMax + 1)
                + String(repeating: "</a>", count: XMLReader.depthMax + 1),
            "<a>" + String(repeating: "<b/>", count: XMLReader.elementsMax) + "</a>",
            "<a>" + String(repeating: " ", count: XMLReader.bytesMax) + "</a>",
        ])
    func hostile(text: String) {
        #expect(throws: ImportRefusal.self) { try SourceTable(Array(text.utf8)) }
        #expect(throws: ImportRefusal.self) {
            try SourceTable([0x3C, 0x00] + text.utf8.flatMap { [$0, 0] })
        }
    }

    @Test("ふつうのXMLも、繰り返す要素が行になる")
    func plain() throws {
        let text = """
            <stations><station no="1"><name>人吉</name><level unit="m">1.2</level></station>
            <station no="2"><name>一武</name><level unit="m">0.8</level></station></stations>
            """
        let table = try SourceTable(Array(text.utf8))
        #expect(table.format == .xml)
        #expect(table.columns == ["@no", "name", "level.@unit", "level.text"])
        #expect(table.rows.map(\.cells) == [["1", "人吉", "m", "1.2"], ["2", "一武", "m", "0.8"]])
        var place = TablePlace()
        place.recordsPath = "gauge"
        #expect(throws: ImportRefusal.self) { try SourceTable(Array(text.utf8), at: place) }
    }

    @Test("一覧の先の電文を、言葉で選んで一度ずつ取りに行き、だめだったものは次にまた行く")
    func feed() async throws {
        let publisher = FakeWebServer()
        try await publisher.serving { address in
            try await TableImporterTests.with { desk in
                let mapping = try await Self.edition(desk, "jma-telegram")
                let entries = ["river", "warning", "far"].map { name in
                    """
                    <entry><title>電文 \(name)</title><id>\(address)/\(name).xml</id>
                    <updated>2019-05-09T11:40:43Z</updated>
                    <author><name>\(name == "far" ? "札幌" : "熊本")地方気象台</name></author>
                    <link type="application/xml" href="\(address)/\(name).xml"/></entry>
                    """
                }.joined()
                let feed = #"<feed xmlns="http://www.w3.org/2005/Atom">\#(entries)</feed>"#
                publisher.answerWith(.init(status: 500))
                publisher.answer(
                    "/feed.xml", with: .init(headers: [.eTag: "\"1\""], body: Array(feed.utf8)))
                publisher.answer(
                    "/warning.xml", with: .init(body: try Self.telegram("telegram-warning.xml")))
                try await desk.keep(
                    try ImportSource(
                        id: "jma", name: "気象庁", url: address + "/feed.xml", intervalSeconds: 60,
                        mappingID: mapping.value.id, followsLinks: true, linkWords: "熊本"),
                    by: "staff:1")
                let puller = SourcePuller(
                    desk: desk,
                    outbound: OutboundClient(OutboundGuard.publicOnly.openToLoopback()),
                    logger: .quiet)
                try await puller.pullDue()
                // The feed, the river's telegram that failed, and the warning's.
                #expect(publisher.requests.count == 3)
                #expect(
                    puller.health(of: "jma").lastFailure == ImportRefusal(.statusUnexpected, "500"))
                #expect(try await Self.alerts(desk, "Alert").count == 1)
                publisher.answer(
                    "/river.xml", with: .init(body: try Self.telegram("telegram-river.xml")))
                let clock = try #require(desk.clock as? ManualClock)
                clock.advance(by: .minutes(1))
                try await puller.pullDue()
                #expect(publisher.requests.count == 5)
                #expect(puller.health(of: "jma").lastFailure == nil)
                #expect(try await Self.alerts(desk, "Alert").count == 2)
                publisher.answer("/feed.xml", with: .init(status: 304))
                clock.advance(by: .minutes(1))
                try await puller.pullDue()
                #expect(publisher.requests.count == 6)
                #expect(publisher.requests.last?[.ifNoneMatch] == "\"1\"")
            }
        }
    }

    @Test("表を持ち込む口は、対応のとおりに残し、行ごとに答え、鍵のない者を断る")
    func push() async throws {
        try await TableImporterTests.with { desk in
            _ = try await desk.keep(
                try ImportMapping(
                    id: "halls", name: "集会所", types: ["Hall"], idColumns: ["ID"],
                    columns: [ColumnMapping(column: "定員", attribute: "capacity", kind: .integer)]),
                by: "staff:1")
            let router = Router()
            TableDoor(desk: desk, access: .bearer { $0 == "鍵" }).addRoutes(to: router)
            try await Application(router: router).test(.router) { client in
                func post(_ text: String, key: String = "鍵") async throws -> TestResponse {
                    try await client.execute(
                        uri: "/ingest/v1/tables/halls", method: .post,
                        headers: [.authorization: "Bearer \(key)", .acceptLanguage: "en"],
                        body: ByteBuffer(string: text))
                }
                let good = try await post("ID,定員\n1,20\n2,多い\n")
                #expect(good.status == .ok)
                let told = try JSONValue(parsing: Array(good.body.readableBytesView))
                #expect(told["created"] == 1 && told["bad"] == 1)
                #expect(told["faults"]?.array?.first?["line"] == 3)
                let message = try #require(told["faults"]?.array?.first?["message"]?.string)
                #expect(message.utf8.allSatisfy { $0 < 0x80 }, "in English: \(message)")
                let json = try await post(#"[{"ID": 2, "定員": 8}]"#)
                #expect(json.status == .ok)
                #expect(try await post("ID,定員\n3,多い\n").status == .badRequest)
                let stored = try await desk.broker.entity(
                    EntityID(type: "Hall", name: "hitoyoshi:2"))
                #expect(stored?["capacity"]?.value == 8)
                let refused = try await post("ID,定員\n9,1\n", key: "合い鍵")
                #expect(refused.status != .ok)
            }
        }
    }

    @Test("先の日から始まる対応は、その日が来るまで使われない")
    func validFrom() async throws {
        try await TableImporterTests.with { desk in
            func mapping(_ attribute: String) throws -> ImportMapping {
                try ImportMapping(
                    id: "halls", name: "集会所", types: ["Hall"], idColumns: ["ID"],
                    columns: [ColumnMapping(column: "定員", attribute: attribute, kind: .integer)])
            }
            _ = try await desk.keep(try mapping("capacity"), by: "staff:1")
            let later = desk.clock.now + .days(1)
            _ = try await desk.keep(try mapping("seats"), by: "staff:1", validFrom: later)
            #expect(try await desk.mapping("halls").number == 1)
            try #require(desk.clock as? ManualClock).advance(to: later)
            #expect(try await desk.mapping("halls").value.columns[0].attribute == "seats")
        }
    }
}
