package import CityKernel

/// A mark on the map. Its kind decides shape, colour and word; colour alone says nothing.
package struct MapSymbol: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case here
        /// A gauge: the national level 1–5 of its stage, 0 when no stage is set for it, `nil` when
        /// it has no value now.
        case gauge(level: Int?)
        /// A gauge without danger on a map of very many: a dot.
        case gaugeCalm
        /// A bridge and the colour its lamps show, `#RRGGBB`; `nil` when dark.
        case bridge(colour: String?)
        case camera
        case shelter(ShelterState)
        /// Anything else that has a place.
        case place

        package var group: Group {
            switch self {
            case .here: .here
            case .gauge, .gaugeCalm: .gauges
            case .bridge: .bridges
            case .camera: .cameras
            case .shelter: .shelters
            case .place: .places
            }
        }
    }

    package enum ShelterState: String, Sendable, Hashable, CaseIterable {
        case open, full, closed
    }

    /// In the order of importance: the first is placed first.
    package enum Group: Int, Sendable, Hashable, CaseIterable {
        case here, gauges, bridges, cameras, shelters, places
    }

    package var kind: Kind
    package var point: GeoPoint
    package var label: String
    /// Where the mark leads; `nil` for one that only shows.
    package var link: String?

    package init(_ kind: Kind, at point: GeoPoint, label: String, link: String? = nil) {
        self.kind = kind
        self.point = point
        self.label = label
        self.link = link
    }
}

extension MapSymbol.Kind {
    /// Which drawing this is: one per look, shared by all marks that have it.
    var look: String {
        switch self {
        case .here: "here"
        case .gauge(let level): level.map { "gauge\($0)" } ?? "gauge-missing"
        case .gaugeCalm: "gauge-calm"
        case .bridge(let colour): "bridge" + (colour ?? "").filter(\.isHexDigit)
        case .camera: "camera"
        case .shelter(let state): state.rawValue
        case .place: "place"
        }
    }

    /// Within its group the smaller is placed first.
    var rank: Int {
        switch self {
        case .shelter(let state): MapSymbol.ShelterState.allCases.firstIndex(of: state) ?? 0
        case .gauge(let level): 5 - (level ?? 5)
        case .gaugeCalm: 9
        case .here, .bridge, .camera, .place: 0
        }
    }

    /// A mark that only adds to the picture: small, and without a name beside it.
    var isQuiet: Bool { [.shelter(.closed), .place, .gaugeCalm].contains(self) }

    /// Half the width of the drawing.
    var radius: Double {
        switch self {
        case .shelter(.closed), .place, .gaugeCalm: 7
        case .shelter(.open), .bridge: 15
        case .here, .gauge, .camera, .shelter: 12
        }
    }
}

extension MapSymbol {
    func properties(_ words: MapWords) -> JSONObject {
        var properties = JSONObject([
            ("name", .string(label)), ("look", .string(kind.look)),
            ("state", .string(words.state(kind))),
        ])
        if let link { properties.append("link", .string(link)) }
        return properties
    }
}
