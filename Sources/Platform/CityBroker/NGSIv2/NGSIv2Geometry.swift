package import CityKernel

/// Geometry as NGSIv2 writes it: `"latitude, longitude"` texts, or GeoJSON.
package enum NGSIv2Geometry {
    static func geoJSON(_ value: JSONValue, type: String) throws(Problem) -> JSONValue {
        if type == "geo:json" {
            do {
                _ = try Geometry(geoJSON: value)
            } catch {
                throw .badData(error.message)
            }
            return value
        }
        let texts = value.array?.compactMap(\.string) ?? [value.string ?? ""]
        guard let points = points(texts) else {
            throw .badData("error parsing location attribute: \(type) has invalid coordinates")
        }
        guard let geometry = geometry(points, kind: String(type.dropFirst(4))) else {
            throw .badData("error parsing location attribute: \(type) has wrong points")
        }
        return geometry.geoJSON
    }

    /// The shape that a kind of NGSIv2 makes of points.
    static func geometry(_ points: [GeoPoint], kind: String) -> Geometry? {
        switch kind {
        case "point": return points.count == 1 ? .point(points[0]) : nil
        case "line": return points.count >= 2 ? .lineString(points) : nil
        case "box":
            guard points.count == 2, let box = GeoBox(around: points) else { return nil }
            return .polygon([
                [
                    GeoPoint(latitude: box.south, longitude: box.west),
                    GeoPoint(latitude: box.south, longitude: box.east),
                    GeoPoint(latitude: box.north, longitude: box.east),
                    GeoPoint(latitude: box.north, longitude: box.west),
                    GeoPoint(latitude: box.south, longitude: box.west),
                ]
            ])
        case "polygon":
            guard points.count >= 4, points.first == points.last else { return nil }
            return .polygon([points])
        default: return nil
        }
    }

    static func points(_ texts: some Sequence<String>) -> [GeoPoint]? {
        var points: [GeoPoint] = []
        for text in texts {
            let parts = text.split(separator: ",").compactMap { part in
                Double(String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()))
            }
            guard parts.count == 2, (-90...90).contains(parts[0]), (-180...180).contains(parts[1])
            else { return nil }
            points.append(GeoPoint(latitude: parts[0], longitude: parts[1]))
        }
        return points.isEmpty ? nil : points
    }

    /// The value as it was written, when its type says how.
    static func value(_ geoJSON: JSONValue, type: String) -> JSONValue {
        // Stored geometry was checked when it was written.
        guard type != "geo:json", let geometry = try? Geometry(geoJSON: geoJSON) else {
            return geoJSON
        }
        switch (type, geometry) {
        case ("geo:point", .point(let point)): return .string(text(point))
        case ("geo:line", .lineString(let points)):
            return .array(points.map { .string(text($0)) })
        case ("geo:polygon", .polygon(let rings)) where rings.count == 1:
            return .array(rings[0].map { .string(text($0)) })
        case ("geo:box", .polygon(let rings)) where rings.count == 1 && rings[0].count == 5:
            return .array([.string(text(rings[0][0])), .string(text(rings[0][2]))])
        default: return geoJSON
        }
    }

    private static func text(_ point: GeoPoint) -> String {
        JSONValue.number(point.latitude).text + ", " + JSONValue.number(point.longitude).text
    }

    /// `georel`, `geometry` and `coords` of a query.
    /// - Throws: `Problem` of kind `badRequestData`.
    package static func query(
        georel: String, geometry kind: String, coords: String
    ) throws(Problem) -> GeoQuery {
        let texts = coords.split(separator: ";").map(String.init)
        guard let points = points(texts), let shape = geometry(points, kind: kind) else {
            throw .badData("error parsing coords for \(kind.prefix(20))")
        }
        let parts = georel.split(separator: ";").map(String.init)
        switch parts.first {
        case "coveredBy": return GeoQuery(.within, shape)
        case "intersects": return GeoQuery(.intersects, shape)
        case "equals": return GeoQuery(.equals, shape)
        case "disjoint": return GeoQuery(.disjoint, shape)
        case "near": return GeoQuery(try near(parts.dropFirst()), shape)
        default: throw .badData("Invalid value in georel")
        }
    }

    private static func near(
        _ modifiers: ArraySlice<String>
    ) throws(Problem) -> GeoQuery.Relation {
        var minimum: Double?
        var maximum: Double?
        for modifier in modifiers {
            let words = modifier.split(separator: ":").map(String.init)
            guard words.count == 2, let metres = Double(words[1]), metres >= 0, metres.isFinite
            else { throw .badData("Invalid modifier in georel parameter") }
            switch words[0] {
            case "minDistance": minimum = metres
            case "maxDistance": maximum = metres
            default: throw .badData("Invalid modifier in georel parameter")
            }
        }
        guard minimum != nil || maximum != nil else {
            throw .badData("near needs maxDistance or minDistance")
        }
        return .near(minimum: minimum, maximum: maximum)
    }
}
