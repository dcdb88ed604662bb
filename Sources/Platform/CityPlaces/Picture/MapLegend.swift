/// What the marks on a map mean: only those that it has, flowing into as many rows as they need.
struct MapLegend {
    private struct Entry {
        let look: MapSymbol.Kind
        let text: String
        let x: Double
        let row: Int
    }

    private static let rowHeight = 30.0
    private static let fontSize = 13.0

    private let entries: [Entry]

    /// - Parameter kinds: of the marks that are drawn, the important ones first.
    init(_ kinds: [MapSymbol.Kind], _ words: MapWords, width: Double) {
        var entries: [Entry] = []
        var (x, row) = (8.0, 0)
        var texts: Set<String> = []
        for kind in kinds {
            let text = words.state(kind)
            guard texts.insert(text).inserted else { continue }
            let needed = 34 + LabelPlacer.width(text, Self.fontSize) + 10
            if x + needed > width && x > 8 { (x, row) = (8, row + 1) }
            entries.append(Entry(look: kind, text: text, x: x, row: row))
            x += needed
        }
        self.entries = entries
    }

    var height: Double {
        entries.last.map { Double($0.row + 1) * Self.rowHeight + 8 } ?? 0
    }

    func svg(top: Double, id: String) -> String {
        guard !entries.isEmpty else { return "" }
        let marks = entries.map { entry in
            let y = top + 4 + (Double(entry.row) + 0.5) * Self.rowHeight
            return """
                <use href="#\(id)-\(entry.look.look)" transform="translate(\
                \(SVGWriter.number(entry.x + 14)) \(SVGWriter.number(y)))scale(.75)"/>\
                <text x="\(SVGWriter.number(entry.x + 32))" y="\(SVGWriter.number(y + 4.7))">\
                \(SVGWriter.escape(entry.text))</text>
                """
        }.joined()
        return """
            <g aria-hidden="true" font-size="\(SVGWriter.number(Self.fontSize))" \
            fill="\(MapInk.text)">\(marks)</g>
            """
    }
}
