package import CityPlatform

/// The adapters of a city, as its registry lists them.
package enum CityEdge {
    package static func services(of configuration: CityConfiguration) -> [any CityService] {
        // Lamps follow commands that the field 防災 gives.
        let lamps: [any CityService] =
            configuration.fields.contains(.disaster) ? [BridgeLamps()] : []
        return [RiverGauges(), RiverCameras()] + lamps
    }
}
