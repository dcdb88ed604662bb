/// Why a JSON value is not a GeoJSON geometry.
package struct GeometryError: Error, Sendable, Hashable, ProblemConvertible {
    package var message: String

    package var problem: Problem {
        Problem(
            .badRequestData, title: "The geometry is not valid GeoJSON", detail: message,
            remedy: "Send a GeoJSON geometry with coordinates as [longitude, latitude].")
    }
}

extension Geometry {
    /// - Throws: `GeometryError` for an unknown type, a coordinate out of range, an open ring or too
    ///   few positions.
    package init(geoJSON: JSONValue) throws(GeometryError) {
        guard let type = geoJSON["type"]?.string else {
            throw GeometryError(message: "the geometry has no \"type\"")
        }
        guard let coordinates = geoJSON["coordinates"] else {
            throw GeometryError(message: "the geometry has no \"coordinates\"")
        }
        try self.init(type: type, coordinates: coordinates)
    }

    package init(type: String, coordinates: JSONValue) throws(GeometryError) {
        switch type {
        case "Point": self = .point(try Self.position(coordinates))
        case "MultiPoint": self = .multiPoint(try Self.list(coordinates, Self.position))
        case "LineString": self = .lineString(try Self.line(coordinates))
        case "MultiLineString": self = .multiLineString(try Self.list(coordinates, Self.line))
        case "Polygon": self = .polygon(try Self.list(coordinates, Self.ring))
        case "MultiPolygon":
            self = .multiPolygon(
                try Self.list(coordinates) { (json) throws(GeometryError) in
                    try Self.list(json, Self.ring)
                })
        default: throw GeometryError(message: "\"\(type.prefix(40))\" is not a geometry type")
        }
    }

    package var geoJSON: JSONValue {
        ["type": .string(typeName), "coordinates": coordinates]
    }

    package var coordinates: JSONValue {
        switch self {
        case .point(let point): Self.json(point)
        case .multiPoint(let points), .lineString(let points): Self.json(points)
        case .multiLineString(let lines), .polygon(let lines): .array(lines.map(Self.json))
        case .multiPolygon(let polygons): .array(polygons.map { .array($0.map(Self.json)) })
        }
    }

    private static func json(_ point: GeoPoint) -> JSONValue {
        [.number(point.longitude), .number(point.latitude)]
    }

    private static func json(_ points: [GeoPoint]) -> JSONValue { .array(points.map(json)) }

    private static func position(_ json: JSONValue) throws(GeometryError) -> GeoPoint {
        guard let parts = json.array, parts.count >= 2, parts.count <= 3,
            let longitude = parts[0].double, let latitude = parts[1].double,
            parts.count == 2 || parts[2].double != nil  // a height is allowed and not kept
        else { throw GeometryError(message: "a position is two numbers: longitude, latitude") }
        guard (-180...180).contains(longitude), (-90...90).contains(latitude) else {
            throw GeometryError(message: "longitude is within ±180 and latitude within ±90")
        }
        return GeoPoint(latitude: latitude, longitude: longitude)
    }

    private static func list<Part>(
        _ json: JSONValue, _ part: (JSONValue) throws(GeometryError) -> Part
    ) throws(GeometryError) -> [Part] {
        guard let values = json.array, !values.isEmpty else {
            throw GeometryError(message: "coordinates must be a list that is not empty")
        }
        var parts: [Part] = []
        for value in values { parts.append(try part(value)) }
        return parts
    }

    private static func line(_ json: JSONValue) throws(GeometryError) -> [GeoPoint] {
        let points = try list(json, position)
        guard points.count >= 2 else {
            throw GeometryError(message: "a line needs at least two positions")
        }
        return points
    }

    private static func ring(_ json: JSONValue) throws(GeometryError) -> [GeoPoint] {
        let points = try list(json, position)
        guard points.count >= 4, points.first == points.last else {
            throw GeometryError(
                message: "a ring needs at least four positions, the last equal to the first")
        }
        return points
    }
}
