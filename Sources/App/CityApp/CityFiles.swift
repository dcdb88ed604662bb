package import CityKernel
package import CityPlatform
package import Foundation

/// A city's folder as read: what `cityos check` judges and `cityos serve` opens.
package struct CityFiles: Sendable {
    package let configuration: CityConfiguration
    package let services: [any CityService]
    package let registry: Registry
    let openingFacts: [OpeningFacts]
    /// Everything found; a city with an error among it does not open.
    package let diagnostics: [Diagnostic]

    /// - Throws: `CommandFailure` when there are errors, with every finding.
    package init(reading folder: URL) throws {
        let collector = DiagnosticCollector()
        guard let configuration = CityConfiguration.read(folder: folder, into: collector) else {
            throw Self.failure(collector.diagnostics, folder)
        }
        let services = CityServices.all(of: configuration)
        openingFacts = services.map { $0.openingFacts(of: configuration, into: collector) }
        guard collector.errors.isEmpty else {
            throw Self.failure(collector.diagnostics, folder)
        }
        self.configuration = configuration
        self.services = services
        registry = try Registry(services)
        diagnostics = collector.diagnostics
    }

    private static func failure(_ found: [Diagnostic], _ folder: URL) -> CommandFailure {
        let count = found.count { $0.severity == .error }
        return CommandFailure(
            .wrongInput,
            "\(folder.lastPathComponent): \(count) \(count == 1 ? "mistake" : "mistakes")",
            remedy: "correct the lines named above", diagnostics: found)
    }
}
