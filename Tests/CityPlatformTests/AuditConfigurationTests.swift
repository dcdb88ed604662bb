import CityIdentity
import CityKernel
import CityPlatform
import Foundation
import Testing

@Suite("監査記録の設定とタイルのあて名")
struct AuditConfigurationTests {
    private static let log = "city.example/audit+6d36f4cd+Ab"

    private func read(
        _ audit: String
    ) throws -> (city: CityConfiguration?, findings: [Diagnostic]) {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EndToEnd/conformance/city")
        let text = try String(contentsOf: folder.appending(path: "city.yaml"), encoding: .utf8)
        let collector = DiagnosticCollector()
        let city = CityConfiguration.parse(text + "\n" + audit, folder: folder, into: collector)
        return (city, collector.diagnostics)
    }

    @Test("書かなければ、市の名からログの名を作り、証人はいない")
    func absent() throws {
        let city = try #require(try read("").city)
        #expect(city.audit == AuditLogSettings(origin: "cityos/\(city.id)/audit"))
    }

    @Test("証人と隣の市は、公開の鍵で名を挙げる")
    func neighbours() throws {
        let witness = "w.example+f168b7dc+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        let text = """
            audit:
              origin: audit.example/hitoyoshi
              checkpointSeconds: 5
              neighbours: [ PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW ]
            """
        let found = try read(text)
        #expect(found.findings.isEmpty)
        #expect(found.city?.audit.origin == "audit.example/hitoyoshi")
        #expect(found.city?.audit.checkpointSeconds == 5)
        #expect(found.city?.audit.neighbours.map(\.name) == ["PeterNeumann"])
        // A log's key is no witness's, and a key with another's ID is nobody's.
        let wrong = try read(
            """
            audit:
              origin: two words
              checkpointSeconds: 0
              witnesses:
                - { key: \(witness), url: "https://w.example/audit" }
                - { key: PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW, url: ftp://x }
              colour: red
            """)
        #expect(wrong.findings.count == 6)
        #expect(wrong.findings.allSatisfy { $0.line > 0 && $0.remedy != nil })
    }

    @Test("タイルのあて名は一通りにしか書けない")
    func tilePaths() {
        for (text, path) in [
            ("0/000", TilePath(.hashes(level: 0), number: 0)),
            ("63/x001/x234/067", TilePath(.hashes(level: 63), number: 1_234_067)),
            ("entries/002.p/88", TilePath(.entries, number: 2, width: 88)),
            ("1/x001/000.p/255", TilePath(.hashes(level: 1), number: 1_000, width: 255)),
        ] {
            #expect(TilePath(text) == path)
            #expect(path.text == text)
        }
        for text in [
            "", "0", "0/", "0/0", "00/000", "64/000", "-1/000", "0/x000/001", "0/001/002",
            "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p", "x/000", "0/x001", "0/000/x001",
            "0/x999/x999/x999/x999/x999/x999/999", "0/+01",
        ] {
            #expect(TilePath(text) == nil, "\(text)")
        }
    }
}
