package import CityKernel

/// A thing on a map: a form and what is known of it.
package struct MapFeature: Sendable, Hashable {
    package var geometry: Geometry
    package var properties: JSONObject

    package init(_ geometry: Geometry, properties: JSONObject = JSONObject()) {
        self.geometry = geometry
        self.properties = properties
    }

    package var name: String? { properties["name"]?.string }

    /// `熊本県球磨郡錦町` → `錦町`: what fits on a map.
    package var shortName: String? {
        name.map { name in
            let end = name.lastIndex { "県府道都郡".contains($0) && $0 != name.last }
            return String(name[(end.map(name.index(after:)) ?? name.startIndex)...])
        }
    }
}

/// Features that belong together, as a GeoJSON FeatureCollection has them.
package struct MapLayer: Sendable, Hashable {
    /// More features than a map of a city needs.
    package static let featuresMax = 20_000

    package var features: [MapFeature]

    package init(_ features: [MapFeature] = []) { self.features = features }

    /// The box around everything; `nil` when there is nothing.
    package var box: GeoBox? { GeoBox(around: features.lazy.flatMap(\.geometry.points)) }
}

// MARK: - GeoJSON

extension MapLayer {
    /// Reads a `FeatureCollection`; features without a geometry are left out.
    ///
    /// - Throws: `Problem` of kind `badRequestData` that names the first wrong feature, counting
    ///   from 0.
    package init(geoJSON: JSONValue) throws(Problem) {
        guard geoJSON["type"]?.string == "FeatureCollection",
            let list = geoJSON["features"]?.array
        else { throw Self.refusal("it is not a FeatureCollection", place: "") }
        guard list.count <= Self.featuresMax else {
            throw Self.refusal("it has more than \(Self.featuresMax) features", place: "/features")
        }
        features = []
        for (index, json) in list.enumerated() {
            guard let form = json["geometry"], !form.isNull else { continue }
            do throws(GeometryError) {
                features.append(
                    MapFeature(
                        try Geometry(geoJSON: form),
                        properties: json["properties"]?.object ?? JSONObject()))
            } catch {
                throw Self.refusal(error.message, place: "/features/\(index)/geometry")
            }
        }
    }

    package var geoJSON: JSONValue {
        let features = features.map { feature -> JSONValue in
            [
                "type": "Feature", "properties": .object(feature.properties),
                "geometry": feature.geometry.geoJSON,
            ]
        }
        return ["type": "FeatureCollection", "features": .array(features)]
    }

    private static func refusal(_ reason: String, place: String) -> Problem {
        Problem(
            .badRequestData, title: "The layer is not valid GeoJSON", detail: reason,
            remedy: "Export the layer again as GeoJSON (RFC 7946).",
            places: [.init(place: place, message: reason)])
    }
}
