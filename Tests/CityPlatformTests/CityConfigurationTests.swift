import CityKernel
import CityPlatform
import Foundation
import Testing

private let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

@Suite("都市の設定ファイル")
struct CityConfigurationTests {
    @Test("人吉とデモ都市の設定は、まちがいなく読める", arguments: ["hitoyoshi", "fukui-demo"])
    func shippedCities(id: String) throws {
        let collector = DiagnosticCollector()
        let folder = repository.appending(path: "Cities/\(id)")
        let city = try #require(CityConfiguration.read(folder: folder, into: collector))
        #expect(collector.diagnostics.map(\.description) == [])
        #expect(city.id == id)
        #expect(!city.gauges.isEmpty)
        #expect(city.isDemonstration == (id == "fukui-demo"))
    }

    @Test("まちがいは一度にすべて、場所と直し方つきで示される")
    func everyMistakeInOneGo() throws {
        let fixtures = repository.appending(path: "Tests/CityEdgeTests/Fixtures")
        let text = try String(
            contentsOf: fixtures.appending(path: "city-with-mistakes.yaml"), encoding: .utf8)
        let collector = DiagnosticCollector()
        let folder = repository.appending(path: "Cities/hitoyoshi")
        #expect(CityConfiguration.parse(text, folder: folder, into: collector) == nil)

        let expected = try JSONValue(
            parsing: Data(contentsOf: fixtures.appending(path: "city-with-mistakes.expected.json")))
        let paths = try #require(expected["city-with-mistakes.yaml"]?.array)
            .compactMap { $0["path"]?.string }
        #expect(paths.count == 24)
        let messages = collector.diagnostics.map(\.message)
        for path in paths {
            #expect(
                messages.contains { $0.hasPrefix("\(path): ") || $0.hasPrefix("\(path).") },
                "no finding at \(path)")
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for finding in collector.diagnostics {
            #expect((1...lines.count).contains(finding.line), "\(finding)")
        }
    }

    @Test("YAMLでないファイルは行番号つきで断る")
    func notYAML() throws {
        let collector = DiagnosticCollector()
        let node = ConfigurationNode.parse("a: [1, 2\nb: 3\n", file: "x.yaml", into: collector)
        #expect(node == nil)
        let finding = try #require(collector.diagnostics.first)
        #expect(finding.file == "x.yaml")
        #expect(finding.line > 0)
        #expect(finding.remedy != nil)
    }

    @Test("書きまちがえた鍵には近い鍵をすすめる")
    func didYouMean() {
        let collector = DiagnosticCollector()
        let node = ConfigurationNode.parse("statoin: 1\n", file: "x.yaml", into: collector)
        node?.checkKeys(required: [], optional: ["station", "river"])
        #expect(collector.diagnostics.map(\.remedy) == ["did you mean `station`?"])
        #expect(collector.diagnostics.map(\.line) == [1])
    }

    @Test("大きすぎるファイルは読まない")
    func tooLarge() {
        let collector = DiagnosticCollector()
        let text = String(repeating: "#", count: ConfigurationNode.bytesMax + 1)
        #expect(ConfigurationNode.parse(text, file: "x.yaml", into: collector) == nil)
        #expect(collector.errors.count == 1)
    }
}
