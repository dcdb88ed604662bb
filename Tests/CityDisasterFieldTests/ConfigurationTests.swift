import CityKernel
import CityPlatform
import CityVocabulary
import Foundation
import Testing

@testable import CityDisaster

/// The repository's own folders, found from this file.
enum Folder {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func city(_ name: String) -> URL { root.appending(path: "Cities/\(name)") }

    static func configuration(_ name: String) throws -> CityConfiguration {
        let collector = DiagnosticCollector()
        let configuration = CityConfiguration.read(folder: city(name), into: collector)
        return try #require(configuration)
    }

    static func fixture(_ name: String) throws -> String {
        let url = root.appending(path: "Tests/CityEdgeTests/Fixtures/\(name)")
        return try String(contentsOf: url, encoding: .utf8)
    }
}

@Suite("市のフォルダー")
struct CityFolderTests {
    @Test("人吉市と福井デモは、誤りなく読める", arguments: ["hitoyoshi", "fukui-demo"])
    func reads(name: String) throws {
        let configuration = try Folder.configuration(name)
        let collector = DiagnosticCollector()
        for service in DisasterField.services(of: configuration) {
            let facts = service.openingFacts(of: configuration, into: collector)
            let written = Set((facts.always + facts.ifUnknown).flatMap(\.types))
            #expect(written.isSubset(of: service.manifest.writes))
        }
        #expect(collector.errors.isEmpty, "\(collector.errors)")
    }

    @Test("人吉市: しきい値・配色・ことば・避難所・町・文化財")
    func hitoyoshi() throws {
        let configuration = try Folder.configuration("hitoyoshi")
        let collector = DiagnosticCollector()
        let first = ThresholdsFile.read(configuration, into: collector).first
        let thresholds = try #require(first)
        let night = CivilTime(year: 2020, month: 7, day: 4, hour: 4).timestamp
        #expect(thresholds.edition(at: night)?.levels[.danger] == 340)
        #expect(thresholds.edition(at: night + .days(100)) == nil)
        let today = CivilTime(year: 2026, month: 11, day: 24).timestamp
        #expect(
            thresholds.edition(at: today)?.levels == [.caution: 300, .danger: 340, .overflow: 407])
        let schemes = SchemesFile.read(configuration, into: collector)
        #expect(schemes.map(\.schemeID) == ["hitoyoshi-2022", "national"])
        #expect(schemes[0].keepsLast == [.overflow])
        #expect(TextsFile.read(configuration, into: collector).count == 8)
        let opening = DisasterOpening.places(configuration, into: collector)
        let types = Dictionary(
            grouping: Set(opening.always.map { [$0.types[0], $0.entityID.text] }), by: { $0[0] })
        #expect(types[HeritageSite.entityType]?.count == 41)
        #expect(types[Town.entityType]?.count == 96)
        #expect(collector.errors.isEmpty)
    }

    @Test("二つの避難所の名簿を一つにする: 28 と 29 から、同じ場所を重ねずに")
    func shelters() throws {
        let configuration = try Folder.configuration("hitoyoshi")
        let collector = DiagnosticCollector()
        let towns = [
            Town(
                id: EntityID(type: "Town", name: "a"), name: "原田町",
                location: configuration.centre),
            Town(
                id: EntityID(type: "Town", name: "b"), name: "下原田町",
                location: configuration.centre),
        ]
        let shelters = DisasterOpening.shelters(configuration, towns: towns, into: collector)
        #expect(Set(shelters.map(\.id)).count == shelters.count)
        let emergency = shelters.filter { !$0.hazards.isEmpty }
        #expect(emergency.count == 28)
        let both = emergency.filter(\.isForStaying)
        #expect(both.count == 17)
        #expect(shelters.count == 39)
        #expect(shelters.filter { $0.name.japanese == "人吉市保健センター" }.count == 1)
        let flood = shelters.filter { $0.hazards.contains(.flood) }
        #expect(flood.count == 24)
        let nakahara = shelters.first { $0.name.japanese == "中原コミュニティセンター" }
        #expect(nakahara?.town == "下原田町")
        #expect(nakahara?.id.name == "E4320300001201")
        #expect(nakahara?.isForStaying == true)
        let home = shelters.first { $0.name.japanese.contains("龍生園") }
        #expect(home?.acceptedPeople == "高齢者（要配慮者）")
        #expect(collector.errors.isEmpty)
    }
}

@Suite("しきい値の誤りは、行と直し方つきですべて見つかる")
struct ThresholdMistakeTests {
    @Test("誤りだらけのしきい値ファイル")
    func fixture() throws {
        let configuration = try Folder.configuration("hitoyoshi")
        let collector = DiagnosticCollector()
        let text = try Folder.fixture("thresholds-with-mistakes.yaml")
        let read = ThresholdsFile.parse(text, file: "t.yaml", configuration, into: collector)
        #expect(read.isEmpty)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let marked = [
            "orderWrong: missing before stale", "futureToleranceMinutes: -5",
            "dateInvalid: April", "orderWrong: ends before", "orderWrong: danger below caution",
            "wrongType: metres", "periodsOverlap", "empty: a row", "gauge: yamada", "duplicateId",
            "periods: []",
        ]
        for mark in marked {
            let index = lines.firstIndex { $0.contains(mark) }
            let line = try #require(index) + 1
            #expect(
                collector.errors.contains { $0.line == line && $0.remedy != nil }, "\(mark) \(line)"
            )
        }
        for missing in ["nearDangerCentimetres", "source", "flood"] {
            #expect(collector.errors.contains { $0.message.contains(missing) }, "\(missing)")
        }
    }
}

@Suite("配色とことばの誤り")
struct SchemeMistakeTests {
    func findings(
        _ change: (String) -> String, _ file: String = "schemes.yaml"
    ) throws -> [Diagnostic] {
        let configuration = try Folder.configuration("hitoyoshi")
        let collector = DiagnosticCollector()
        let url = Folder.city("hitoyoshi").appending(path: file)
        let text = change(try String(contentsOf: url, encoding: .utf8))
        if file == "texts.yaml" {
            _ = TextsFile.parse(text, file: file, configuration, into: collector)
        } else {
            _ = SchemesFile.parse(text, file: file, configuration, into: collector)
        }
        return collector.errors
    }

    @Test(
        "一つずつ入れた誤りは、一つずつ見つかる",
        arguments: [
            ("pattern: flashing, periodSeconds: 1.0", "pattern: flashing, periodSeconds: 0.2"),
            ("danger: { colour: \"#FF0000\", pattern: steady }", "danger: { pattern: calm }"),
            ("danger: { colour: \"#FF0000\", pattern: steady }", "danger: { pattern: dark }"),
            ("colour: \"#FFFFFF\"", "colour: white"), ("id: national", "id: hitoyoshi-2022"),
            ("validFrom: \"2022-04-16\"", "validFrom: \"2022-13-16\""),
            ("to: \"22:00\"", "to: 22時"),
            ("missing: { pattern: dark }", "absent: { pattern: dark }"),
            ("keepIfLast: [overflow]", "keepIfLast: [flood]"), ("id: national", "id: 国の 色"),
        ])
    func mistake(right: String, wrong: String) throws {
        #expect(try findings { $0 }.isEmpty)
        let found = try findings { $0.replacingOccurrences(of: right, with: wrong) }
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0.remedy != nil && $0.line > 0 }, "\(found)")
    }

    @Test("city.yaml の灯具が名ざす配色は、なければならない")
    func unknownScheme() throws {
        let found = try findings {
            $0.replacingOccurrences(of: "id: hitoyoshi-2022", with: "id: x")
        }
        #expect(found.contains { $0.file == "city.yaml" && $0.message.contains("hitoyoshi-2022") })
    }

    @Test("60字をこえる「今すること」は、断る")
    func longText() throws {
        let found = try findings(
            { $0.replacingOccurrences(of: "川に近づかない。", with: String(repeating: "川", count: 61)) },
            "texts.yaml")
        #expect(!found.isEmpty)
    }
}

@Suite("名簿の読み取り")
struct RegisterTests {
    @Test("CSV: 引用符・改行・BOM・空行")
    func csv() throws {
        let collector = DiagnosticCollector()
        let text = "\u{FEFF}a,b\r\n\"1,\"\"x\"\"\n2\",3\r\n\r\n4,\n"
        let read = CSVTable(text, file: "t.csv", columns: ["a", "b"], into: collector)
        let table = try #require(read)
        #expect(table.rows.count == 2)
        #expect(table.rows[0]["a"] == "1,\"x\"\n2")
        #expect(table.rows[1]["b"] == nil)
        #expect(table.rows[1].line == 5)
    }

    @Test("列がない CSV と、度でない座標は、行を言って断る")
    func mistakes() {
        let collector = DiagnosticCollector()
        #expect(
            TownRegister.read("town,lat\n", file: "t.csv", cityID: "x", into: collector).isEmpty)
        #expect(collector.errors.count == 1)
        let towns = TownRegister.read(
            "town,koaza,lat,lon\n九日町,,32.2,130.7\n紺屋町,,北緯,130.7\n九日町,,32.2,130.7\n",
            file: "t.csv", cityID: "x", into: collector)
        #expect(towns.map(\.name) == ["九日町"])
        #expect(collector.diagnostics.filter { $0.severity == .warning }.map(\.line) == [3, 4])
        #expect(EntityID.isURI(towns[0].id.text))
    }

    @Test("共通IDの重なりと、点のない避難所は、ほかを残して断る")
    func shelterMistakes() {
        let collector = DiagnosticCollector()
        let feature = """
            {"geometry":{"type":"Point","coordinates":[130.7,32.2]},"properties":\
            {"共通ID":"E1","施設・場所名":"学校","住所":"町","洪水":"1"}}
            """
        let rows = ShelterRegister.read(
            "{\"features\":[\(feature),\(feature),{\"properties\":{}}]}", file: "s.geojson",
            into: collector)
        #expect(rows.count == 1)
        #expect(rows.first?.hazards == [.flood])
        #expect(collector.diagnostics.count == 2)
        #expect(ShelterRegister.read("[", file: "s.geojson", into: collector).isEmpty)
        #expect(collector.errors.count == 1)
    }
}
