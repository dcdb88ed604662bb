import CityBroker
import CityKernel
import CityPlatform
import Foundation
import Testing

@Suite("過去をどれだけ残すかの設定")
struct HistoryConfigurationTests {
    private func read(
        _ history: String
    ) throws -> (city: CityConfiguration?, findings: [Diagnostic]) {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EndToEnd/conformance/city")
        var text = try String(contentsOf: folder.appending(path: "city.yaml"), encoding: .utf8)
        text = text.split(separator: "\n").filter { !$0.hasPrefix("history:") }
            .joined(separator: "\n")
        let collector = DiagnosticCollector()
        let city = CityConfiguration.parse(text + "\n" + history, folder: folder, into: collector)
        return (city, collector.diagnostics)
    }

    @Test("書かなければ、すべてをいつまでも残す")
    func absent() throws {
        #expect(try read("").city?.history == HistorySettings())
    }

    @Test("型ごとに日数を決める")
    func retention() throws {
        let found = try read(
            """
            history:
              instancesPerAnswer: 500
              retention:
                - { type: WeatherObserved, days: 400 }
                - { type: Vehicle, days: 30 }
            """)
        #expect(found.findings.isEmpty)
        #expect(
            found.city?.history
                == HistorySettings(
                    instancesMax: 500,
                    retention: [
                        .init(type: "WeatherObserved", days: 400), .init(type: "Vehicle", days: 30),
                    ]))
    }

    @Test("まちがいは行とともに示す")
    func mistakes() throws {
        let findings = try read(
            """
            history:
              instancesPerAnswer: 0
              retention:
                - { type: WeatherObserved, days: 0 }
                - { type: Vehicle, days: 30 }
                - { type: Vehicle, days: 40 }
                - { type: Lamp, weeks: 2 }
            """
        ).findings
        #expect(findings.allSatisfy { $0.line > 0 })
        #expect(Set(findings.map(\.line)).count == 4)
    }
}
