import CityEdge
import CityKernel
import Foundation

/// Files beside the tests.
enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = Bundle.module.resourceURL?.appendingPathComponent("Fixtures")
        guard let url = folder?.appendingPathComponent(name) else {
            throw CocoaError(.fileNoSuchFile)
        }
        return Array(try Data(contentsOf: url))
    }
}

extension ReadingRules {
    /// Gauges whose entity is named as their number.
    static func `for`(_ gauges: [String]) -> ReadingRules {
        ReadingRules(
            gauges: GaugeDirectory(
                Dictionary(
                    uniqueKeysWithValues: gauges.map {
                        ($0, EntityID(type: "WaterLevelObserved", name: $0))
                    })))
    }
}
