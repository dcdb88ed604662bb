package import CityKernel

/// Reads `georel`, `geometry`, `coordinates` and `geoproperty` (§4.10).
package enum GeoQueryParser {
    /// - Throws: `Problem` of kind `badRequestData`.
    package static func parse(
        georel: String, geometry type: String, coordinates: JSONValue, geoproperty: String?,
        _ context: LDContext = .core
    ) throws(Problem) -> GeoQuery {
        let relation = try relation(georel)
        let geometry: Geometry
        do {
            geometry = try Geometry(type: type, coordinates: coordinates)
        } catch {
            throw .badData(error.message, at: "coordinates")
        }
        return GeoQuery(
            relation, geometry, attribute: geoproperty.map(context.name) ?? "location")
    }

    /// Coordinates as the text of a URL parameter.
    package static func parse(
        georel: String, geometry: String, coordinates: String, geoproperty: String?,
        _ context: LDContext = .core
    ) throws(Problem) -> GeoQuery {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: coordinates)
        } catch {
            throw .badData("the coordinates are not JSON", at: "coordinates")
        }
        return try parse(
            georel: georel, geometry: geometry, coordinates: json, geoproperty: geoproperty,
            context)
    }

    private static func relation(_ text: String) throws(Problem) -> GeoQuery.Relation {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        if parts.first == "near" { return try near(parts.dropFirst()) }
        guard parts.count == 1 else { throw refusal }
        switch text {
        case "within": return .within
        case "contains": return .contains
        case "intersects": return .intersects
        case "equals": return .equals
        case "disjoint": return .disjoint
        case "overlaps": return .overlaps
        default: throw refusal
        }
    }

    private static func near(
        _ modifiers: ArraySlice<Substring>
    ) throws(Problem) -> GeoQuery.Relation {
        guard let modifier = modifiers.first, modifiers.count == 1 else { throw refusal }
        let (name, number) = try distance(modifier)
        switch name {
        case "maxDistance": return .near(minimum: nil, maximum: number)
        case "minDistance": return .near(minimum: number, maximum: nil)
        default: throw refusal
        }
    }

    private static func distance(_ text: Substring) throws(Problem) -> (Substring, Double) {
        guard let sign = text.firstRange(of: "=="),
            let number = Double(text[sign.upperBound...]), number > 0, number.isFinite
        else { throw refusal }
        return (text[..<sign.lowerBound], number)
    }

    private static var refusal: Problem {
        .badData(
            "the georel cannot be read", at: "georel",
            remedy: "Use near;maxDistance==2000, near;minDistance==500, within, contains, "
                + "intersects, equals, disjoint or overlaps.")
    }
}
