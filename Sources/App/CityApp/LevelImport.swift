package import CityEdge
import CityKernel
import CityPlatform

/// `cityos import`: tables of water levels into a city that is not serving.
package struct LevelImport: Sendable {
    private let running: RunningCity

    package init(_ running: RunningCity) { self.running = running }

    /// - Parameter progress: a fraction of the files, 0...1, and the file at hand.
    package func importFiles(
        _ paths: [String], progress: (Double, String) -> Void
    ) async throws -> [ImportReport] {
        let city = running.city
        let importer = LevelImporter(
            broker: city.broker,
            rules: ReadingRules(gauges: GaugeDirectory(city.configuration)), clock: city.clock)
        var reports: [ImportReport] = []
        for (index, path) in paths.enumerated() {
            let file = LevelFile(path: path)
            progress(Double(index) / Double(paths.count), file.name)
            reports.append(
                try await importer.importTable(
                    try await file.read(), file: file.name, source: "import"))
        }
        progress(1, "")
        return reports
    }
}
