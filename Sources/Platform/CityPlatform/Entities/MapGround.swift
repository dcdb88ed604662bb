package import CityKernel
package import CityPlaces

/// What every map of the city lies on: its boundary and its neighbours, from the city's folder.
package struct MapGround: Sendable {
    package let frame: GeoBox
    private let boundary: MapLayer
    private let neighbours: MapLayer

    /// Reads the layers once. A file that is absent or wrong leaves its layer out: the marks and the
    /// list still say where things are, and `cityos check` names the mistake.
    package init(_ configuration: CityConfiguration) {
        frame = configuration.boundingBox
        boundary = Self.layer("boundarySimplified", configuration)
        neighbours = Self.layer("neighboursSimplified", configuration)
    }

    private static func layer(_ name: String, _ configuration: CityConfiguration) -> MapLayer {
        guard let path = configuration.files[name],
            let text = configuration.text(of: path, into: DiagnosticCollector()),
            // A layer that cannot be read is left off the map; `cityos check` names the fault.
            let json = try? JSONValue(parsing: text), let layer = try? MapLayer(geoJSON: json)
        else { return MapLayer() }
        return layer
    }

    package func lay(under picture: inout MapPicture) {
        picture.boundary = boundary
        picture.neighbours = neighbours
    }
}
