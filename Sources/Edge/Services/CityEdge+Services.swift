package import CityPlatform

/// The adapters of a city, as its registry lists them.
package enum CityEdge {
    package static func services(of configuration: CityConfiguration) -> [any CityService] {
        [RiverGauges(), RiverCameras(), BridgeLamps()]
    }
}
