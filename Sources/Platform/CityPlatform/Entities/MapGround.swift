package import CityKernel
package import CityPlaces
import CityWeb

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

extension MapGround {
    /// A map of the entities that have a place, each a way to its page; `nil` when none has.
    func picture(of entities: [Entity], _ desk: StaffDesk) -> Picture? {
        let symbols = entities.compactMap { entity -> MapSymbol? in
            guard let box = entity["location"]?.geometry.flatMap({ GeoBox(around: $0.points) })
            else { return nil }
            let middle = GeoPoint(
                latitude: (box.south + box.north) / 2, longitude: (box.west + box.east) / 2)
            return MapSymbol(
                .place, at: middle, label: entity.title(desk.language),
                link: desk.links.to(EntitiesPage.path(of: entity.id)))
        }
        // One place says little without the city around it.
        let near = symbols.count > 1 ? GeoBox(around: symbols.map(\.point), roomMetres: 600) : frame
        guard !symbols.isEmpty, let near else { return nil }
        var picture = MapPicture(
            id: "entity-map", title: desk.say("entityMap"), summary: desk.say("entityMapSummary"),
            frame: near)
        lay(under: &picture)
        picture.symbols = symbols
        picture.showsLegend = false
        return Picture(
            .map, caption: desk.say("entityMap"), svg: picture.svg(width: 480, height: 300))
    }
}
