/// A chart or a map made on the server as SVG, with its numbers beneath.
///
/// Part `part/picture`. A map's picture is exchanged in place for an interactive one where the
/// library is installed and scripts run; the picture is the truth for everyone else.
package struct Picture: Sendable, Hashable {
    package enum Kind: String, Sendable { case chart, map }

    package struct LegendEntry: Sendable, Hashable {
        let swatch: String
        let words: String

        /// - Parameter swatch: trusted SVG or HTML of 20 px.
        package init(swatch: String, words: String) {
            self.swatch = swatch
            self.words = words
        }
    }

    let id: String?
    let kind: String
    let isMap: Bool
    let caption: String
    let svg: String
    let layers: String?
    let legend: [LegendEntry]
    let hasLegend: Bool
    let table: Table?

    /// - Parameters:
    ///   - svg: trusted SVG with `role="img"`, `<title>` and `<desc>`; text in it escaped with
    ///     `HTML.escape`.
    ///   - layers: address of the GeoJSON that an interactive map loads.
    package init(
        _ kind: Kind, id: String? = nil, caption: String, svg: String, layers: String? = nil,
        legend: [LegendEntry] = [], table: Table? = nil
    ) {
        self.id = id
        self.kind = kind.rawValue
        self.isMap = kind == .map
        self.caption = caption
        self.svg = svg
        self.layers = layers
        self.legend = legend
        self.hasLegend = !legend.isEmpty
        self.table = table
    }
}

/// Text inside HTML that Swift writes itself, such as SVG.
package enum HTML {
    /// `&`, `<`, `>` and both quotes become entities.
    package static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for character in text.unicodeScalars {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}
