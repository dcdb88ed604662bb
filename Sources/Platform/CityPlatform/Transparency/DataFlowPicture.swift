import CityKernel
import CityVocabulary
import CityWeb

/// Draws a `DataFlow` as SVG: services as boxes, nouns as rounded pills, writers above readers, so
/// that it fits a screen and a phone scrolls it the way it scrolls anyway.
struct DataFlowPicture {
    private static let stepWidth = 184
    private static let layerHeight = 92
    private static let boxWidth = 164
    private static let boxHeight = 44
    private static let margin = 12

    let flow: DataFlow
    let registry: Registry
    let language: Language

    var width: Int { Self.margin * 2 + max(flow.rows - 1, 0) * Self.stepWidth + Self.boxWidth }

    var height: Int {
        Self.margin * 2 + (flow.columns - 1) * Self.layerHeight + Self.boxHeight
    }

    /// - Parameters:
    ///   - title: read by screen readers; the page's list says the same in words.
    func svg(title: String) -> String {
        let arrows = flow.edges.map(arrow).joined()
        let boxes = flow.nodes.map(box).joined()
        return """
            <svg viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
            role="img" aria-label="\(HTML.escape(title))" font-size="14" font-weight="700" \
            fill="currentColor">\
            <defs><marker id="flow-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" \
            markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="var(--edge)"/>\
            </marker></defs>\
            \(arrows)\(boxes)</svg>
            """
    }

    private func origin(_ node: DataFlow.Node) -> (x: Int, y: Int) {
        guard let placed = flow.nodes.first(where: { $0.node == node }) else { return (0, 0) }
        // Short layers stand in the middle of the width.
        let inLayer = flow.nodes.count { $0.column == placed.column }
        let offset = (flow.rows - inLayer) * Self.stepWidth / 2
        return (
            Self.margin + offset + placed.row * Self.stepWidth,
            Self.margin + placed.column * Self.layerHeight
        )
    }

    private func box(_ placed: DataFlow.Placed) -> String {
        let (x, y) = origin(placed.node)
        let words: String
        let paint: String
        let radius: Int
        switch placed.node {
        case .service(let id):
            let manifest = registry.manifests.first { $0.id == id }
            words = manifest?.title[language] ?? id
            paint =
                manifest?.ring == .edge
                ? #"fill="var(--page)" stroke="var(--edge)" stroke-dasharray="5 4""#
                : #"fill="var(--info-soft)" stroke="var(--link)""#
            radius = 8
        case .noun(let type):
            words = NounTitle.of(type)[language]
            paint = #"fill="var(--fog)" stroke="var(--line)""#
            radius = Self.boxHeight / 2
        }
        return """
            <rect x="\(x)" y="\(y)" width="\(Self.boxWidth)" height="\(Self.boxHeight)" \
            rx="\(radius)" stroke-width="2" \(paint)/>\
            \(text(words, x: x + Self.boxWidth / 2, y: y + Self.boxHeight / 2))
            """
    }

    /// One line, or two where one would leave the box.
    private func text(_ words: String, x: Int, y: Int) -> String {
        let lineWidthMax = 20
        let lines = words.folded(toWidth: lineWidthMax).prefix(2)
        let first = y - (lines.count - 1) * 8
        return lines.enumerated().map { index, line in
            """
            <text x="\(x)" y="\(first + index * 16)" text-anchor="middle" \
            dominant-baseline="central">\(HTML.escape(line))</text>
            """
        }.joined()
    }

    private func arrow(_ edge: DataFlow.Edge) -> String {
        let from = origin(edge.from)
        let to = origin(edge.to)
        let startX = from.x + Self.boxWidth / 2
        let endX = to.x + Self.boxWidth / 2
        let startY = from.y + Self.boxHeight
        let bend = max((to.y - startY) / 2, 24)
        return """
            <path fill="none" stroke="var(--edge)" stroke-width="2" marker-end="url(#flow-tip)" \
            d="M\(startX) \(startY)C\(startX) \(startY + bend) \(endX) \(to.y - bend) \
            \(endX) \(to.y - 2)"/>
            """
    }
}

extension String {
    /// Lines of at most `width` half-width columns, broken at spaces where there are any.
    fileprivate func folded(toWidth width: Int) -> [String] {
        func columns(_ text: some StringProtocol) -> Int {
            text.unicodeScalars.reduce(0) { $0 + ($1.value < 0x1100 ? 1 : 2) }
        }
        guard columns(self) > width else { return [self] }
        var lines: [String] = [""]
        for word in split(separator: " ") {
            let joined =
                lines[lines.count - 1].isEmpty ? String(word) : lines[lines.count - 1] + " " + word
            if columns(joined) <= width || lines[lines.count - 1].isEmpty {
                lines[lines.count - 1] = joined
            } else {
                lines.append(String(word))
            }
        }
        return lines.flatMap { line -> [String] in
            guard columns(line) > width else { return [line] }
            let half = line.index(line.startIndex, offsetBy: line.count / 2)
            return [String(line[..<half]), String(line[half...])]
        }
    }
}
