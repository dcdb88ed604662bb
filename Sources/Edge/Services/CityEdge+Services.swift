package import CityPlatform

/// The adapters of a city, as its registry lists them.
package enum CityEdge {
    package static func services(of configuration: CityConfiguration) -> [any CityService] {
        let board = SourceBoard()
        // Lamps follow commands that the field 防災 gives.
        let lamps: [any CityService] =
            configuration.fields.contains(.disaster) ? [BridgeLamps()] : []
        let always: [any CityService] = [
            RiverGauges(board: board), Devices(board: board), TableImports(board: board),
            RiverCameras(),
        ]
        return always + lamps
    }
}
