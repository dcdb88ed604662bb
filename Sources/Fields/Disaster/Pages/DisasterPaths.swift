import CityKernel
import CityWeb

/// The addresses of this field's pages.
enum DisasterPaths {
    static let portal = "/"
    static let shelters = "/shelters"
    static let rivers = "/rivers"
    static let light = "/light"
    static let map = "/map"
    static let mapLayers = "/map/layers.json"
    static let staff = "/staff"
    static let staffThresholds = "/staff/thresholds"
    static let staffSchemes = "/staff/schemes"
    static let staffShelters = "/staff/shelters"

    static func shelter(_ id: EntityID) -> String { shelters + "/" + id.name.percentEncoded }
    static func river(_ gauge: DisasterState.Gauge) -> String { rivers + "/" + gauge.key }
    static func thresholds(_ gauge: DisasterState.Gauge) -> String {
        staffThresholds + "/" + gauge.key
    }
}
