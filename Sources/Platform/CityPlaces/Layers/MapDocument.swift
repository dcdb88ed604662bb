package import CityKernel

/// What the interactive map loads: its frame and its layers as GeoJSON, made from the very values
/// that the picture is drawn from. `map.js` is its reader.
package struct MapDocument: Sendable, Hashable {
    /// How a layer is drawn.
    package enum Style: String, Sendable, Hashable {
        case boundary, neighbours, water, towns, symbols
    }

    package struct Layer: Sendable, Hashable {
        package var style: Style
        package var name: String
        package var content: MapLayer

        package init(_ style: Style, name: String, _ content: MapLayer) {
            self.style = style
            self.name = name
            self.content = content
        }
    }

    package var title: String
    package var frame: GeoBox
    package var layers: [Layer]
    package var attribution: String

    package init(title: String, frame: GeoBox, layers: [Layer], attribution: String) {
        self.title = title
        self.frame = frame
        self.layers = layers
        self.attribution = attribution
    }

    package var json: JSONValue {
        [
            "title": .string(title), "attribution": .string(attribution),
            "box": [
                .number(frame.west), .number(frame.south), .number(frame.east),
                .number(frame.north),
            ],
            "layers": .array(
                layers.map { layer in
                    [
                        "style": .string(layer.style.rawValue), "name": .string(layer.name),
                        "data": layer.content.geoJSON,
                    ]
                }),
        ]
    }
}

extension MapPicture {
    /// The same map for `map.js`. Coordinates keep five decimals, about a metre.
    package var document: MapDocument {
        let areas: [(MapDocument.Style, String, MapLayer)] = [
            (.neighbours, words.neighbours, neighbours), (.boundary, words.boundary, boundary),
            (.water, words.water, water),
        ]
        let towns = MapLayer(
            towns.map {
                MapFeature(.point($0.point), properties: JSONObject([("name", .string($0.name))]))
            })
        let named = areas + [(.towns, words.towns, towns)]
        let layers = named.filter { !$0.2.features.isEmpty }
            .map { MapDocument.Layer($0.0, name: $0.1, $0.2) }
        let marks = MapSymbol.Group.allCases.compactMap { group -> MapDocument.Layer? in
            let members = symbols.filter { $0.kind.group == group }
            guard !members.isEmpty else { return nil }
            let features = members.map {
                MapFeature(.point($0.point), properties: $0.properties(words))
            }
            return MapDocument.Layer(.symbols, name: words.name(group), MapLayer(features))
        }
        return MapDocument(
            title: title, frame: frame, layers: layers + marks, attribution: attribution)
    }
}
