import CityKernel

/// Draws one `MapPicture`, layer upon layer: fog, the city, its neighbours' names, water, marks,
/// names, and the furniture of a map.
struct MapDrawing {
    let picture: MapPicture
    let frame: ScreenFrame
    var svg = SVGWriter()
    private var placer: LabelPlacer
    private let placed: [PlacedMark]

    /// Room that outlines keep outside of what is seen, so that no cut edge shows.
    private static let margin = 24.0

    init(_ picture: MapPicture, width: Double, height: Double) {
        self.picture = picture
        frame = ScreenFrame(picture.frame, width: width, height: height, margin: 20)
        placer = LabelPlacer(area: frame.box.grown(by: -4))
        placed = MarkArranger.arrange(picture.symbols, on: frame)
    }

    mutating func draw() -> String {
        // The reader's own place is named on the map itself.
        let kinds = picture.showsLegend ? placed.map(\.kind).filter { $0 != .here } : []
        let legend = MapLegend(kinds, picture.words, width: frame.box.right)
        begin(height: frame.box.bottom + legend.height)
        drawGround()
        takeFurniture()
        for mark in placed { placer.take(mark.box, isSoft: mark.kind.isQuiet) }
        let names = markNames()
        drawNeighbourNames()
        drawTowns()
        drawMarks()
        drawNames(names)
        drawFurniture()
        svg.raw(legend.svg(top: frame.box.bottom, id: picture.id))
        svg.raw("</svg>")
        return svg.text
    }

    /// With links inside, the picture is a group that a screen reader enters; without, one image.
    private mutating func begin(height: Double) {
        let hasLinks = placed.contains { $0.link != nil }
        let style = picture.style.map { "city-map \($0)" } ?? "city-map"
        let size = "\(SVGWriter.number(frame.box.right)) \(SVGWriter.number(height))"
        svg.raw(
            """
            <svg xmlns="http://www.w3.org/2000/svg" class="\(style)" viewBox="0 0 \(size)" \
            role="\(hasLinks ? "group" : "img")" aria-labelledby="\(picture.id)-t \(picture.id)-d" \
            font-family="var(--sans,sans-serif)"><title id="\(picture.id)-t">\
            \(SVGWriter.escape(picture.title))</title><desc id="\(picture.id)-d">\
            \(SVGWriter.escape(picture.summary))</desc>
            """)
        // Marks outside the frame too: the interactive map shows them with the same drawings.
        svg.raw("<defs>")
        var looks: Set<String> = []
        for kind in picture.symbols.map(\.kind) where looks.insert(kind.look).inserted {
            let drawing = kind.drawing(picture.words)
            svg.raw("<g id=\"\(picture.id)-\(kind.look)\">\(drawing)</g>")
        }
        svg.raw("</defs>")
    }
}

// MARK: - Ground

extension MapDrawing {
    private mutating func drawGround() {
        let (width, height) = (
            SVGWriter.number(frame.box.right), SVGWriter.number(frame.box.bottom)
        )
        svg.raw(
            """
            <clipPath id="\(picture.id)-c"><path d="M0 0h\(width)v\(height)H0z"/></clipPath>\
            <g clip-path="url(#\(picture.id)-c)" aria-hidden="true">\
            <path d="M0 0h\(width)v\(height)H0z" fill="\(MapInk.fog)"/>
            """)
        let neighbours = areas(picture.neighbours)
        if !neighbours.isEmpty {
            svg.raw(
                """
                <path d="\(SVGWriter.path(rings: neighbours))" fill="none" \
                stroke="\(MapInk.edge)" stroke-opacity=".55" stroke-dasharray="7 3 1.5 3"/>
                """)
        }
        let city = SVGWriter.path(rings: areas(picture.boundary))
        if !city.isEmpty {
            svg.raw(
                """
                <path d="\(city)" fill="\(MapInk.page)" stroke="\(MapInk.indigo)" \
                stroke-opacity=".13" stroke-width="9" stroke-linejoin="round"/>\
                <path d="\(city)" fill="none" stroke="\(MapInk.indigo)" stroke-opacity=".75" \
                stroke-width="1.6" stroke-linejoin="round"/>
                """)
        }
        drawWater()
        svg.raw("</g>")
    }

    private mutating func drawWater() {
        let lakes = SVGWriter.path(rings: areas(picture.water))
        if !lakes.isEmpty { svg.raw("<path d=\"\(lakes)\" fill=\"\(MapInk.riverSoft)\"/>") }
        let rivers = SVGWriter.path(lines: lines(picture.water))
        guard !rivers.isEmpty else { return }
        for (ink, width) in [(MapInk.riverSoft, 7), (MapInk.river, 2)] {
            svg.raw(
                """
                <path d="\(rivers)" fill="none" stroke="\(ink)" stroke-width="\(width)" \
                stroke-linejoin="round" stroke-linecap="round"/>
                """)
        }
    }

    private func areas(_ layer: MapLayer) -> [[ScreenPoint]] {
        layer.features.flatMap { rings($0.geometry) }
    }

    private func rings(_ geometry: Geometry) -> [[ScreenPoint]] {
        let rings: [[GeoPoint]] =
            switch geometry {
            case .polygon(let rings): rings
            case .multiPolygon(let polygons): polygons.flatMap { $0 }
            case .point, .multiPoint, .lineString, .multiLineString: []
            }
        let window = frame.box.grown(by: Self.margin)
        return rings.map { OutlineSimplifier.ring($0.map(frame.project), in: window) }
            .filter { !$0.isEmpty }
    }

    private func lines(_ layer: MapLayer) -> [[ScreenPoint]] {
        let lines = layer.features.flatMap { feature -> [[GeoPoint]] in
            switch feature.geometry {
            case .lineString(let line): [line]
            case .multiLineString(let lines): lines
            case .point, .multiPoint, .polygon, .multiPolygon: []
            }
        }
        let window = frame.box.grown(by: Self.margin)
        return lines.map { OutlineSimplifier.line($0.map(frame.project)) }
            .filter { $0.contains(where: window.contains) }
    }
}

// MARK: - Names

extension MapDrawing {
    /// `ink` on a halo of the ground, so that a name is read across any line.
    private mutating func drawText(
        _ labels: [LabelPlacer.Label], size: Int, weight: Int, ink: String, halo: String,
        spacing: Double = 0
    ) {
        guard !labels.isEmpty else { return }
        let spread = spacing > 0 ? " letter-spacing=\"\(SVGWriter.number(spacing))\"" : ""
        svg.raw(
            """
            <g aria-hidden="true" font-size="\(size)" font-weight="\(weight)" fill="\(ink)" \
            stroke="\(halo)" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"\
            \(spread)>
            """)
        for label in labels {
            svg.raw(
                """
                <text x="\(SVGWriter.number(label.start.x))" y="\(SVGWriter.number(label.start.y))">\
                \(SVGWriter.escape(label.text))</text>
                """)
        }
        svg.raw("</g>")
    }

    private mutating func markNames() -> [LabelPlacer.Label] {
        placed.compactMap { mark in
            guard let name = mark.name(picture.words) else { return nil }
            return placer.place(
                name, beside: mark.position, radius: mark.reach, fontSize: 13)
        }
    }

    private mutating func drawNames(_ names: [LabelPlacer.Label]) {
        drawText(names, size: 13, weight: 700, ink: MapInk.text, halo: MapInk.page)
    }

    private mutating func drawTowns() {
        let labels = picture.towns.compactMap { town -> LabelPlacer.Label? in
            let point = frame.project(town.point)
            guard frame.box.contains(point) else { return nil }
            return placer.place(town.name, centredOn: point, fontSize: 11.5)
        }
        drawText(labels, size: 12, weight: 400, ink: MapInk.quiet, halo: MapInk.page)
    }

    /// In the middle of the part that is seen, when that middle is inside.
    private mutating func drawNeighbourNames() {
        let labels = picture.neighbours.features.compactMap { feature -> LabelPlacer.Label? in
            guard let name = feature.shortName,
                let seen = rings(feature.geometry).max(by: { Ring.area($0) < Ring.area($1) }),
                let middle = Ring.middle(seen, in: frame.box)
            else { return nil }
            return placer.place(name, centredOn: middle, fontSize: 14)
        }
        drawText(
            labels, size: 12, weight: 400, ink: MapInk.quiet, halo: MapInk.fog, spacing: 2)
    }
}

// MARK: - Marks

extension MapDrawing {
    /// The least important first, so that the important ones lie on top.
    private mutating func drawMarks() {
        for mark in placed.reversed() {
            let here = SVGWriter.number(mark.position.x) + " " + SVGWriter.number(mark.position.y)
            if mark.position != mark.anchor {
                svg.raw(
                    """
                    <path d="M\(here)L\(SVGWriter.number(mark.anchor.x)) \
                    \(SVGWriter.number(mark.anchor.y))" stroke="\(MapInk.text)" \
                    stroke-width="1.2"/><circle cx="\(SVGWriter.number(mark.anchor.x))" \
                    cy="\(SVGWriter.number(mark.anchor.y))" r="2.5" fill="\(MapInk.text)"/>
                    """)
            }
            let use =
                mark.isCrowd
                ? crowd(mark) : "<use href=\"#\(picture.id)-\(mark.kind.look)\"/>\(badge(mark))"
            let spoken = SVGWriter.escape(mark.spoken(picture.words))
            guard let link = mark.link(list: picture.listLink) else {
                svg.raw("<g transform=\"translate(\(here))\"><title>\(spoken)</title>\(use)</g>")
                continue
            }
            svg.raw(
                """
                <a href="\(SVGWriter.escape(link))" transform="translate(\(here))">\
                <title>\(spoken)</title><circle r="\(MarkArranger.targetRadius)" \
                fill="transparent"/>\(use)</a>
                """)
        }
    }

    /// Many places in one disc: the more, the wider.
    private func crowd(_ mark: PlacedMark) -> String {
        """
        <circle r="\(SVGWriter.number(mark.reach))" fill="\(MapInk.river)" stroke="\(MapInk.page)" \
        stroke-width="2"/><text y="4" text-anchor="middle" font-size="11" font-weight="700" \
        fill="\(MapInk.onIndigo)">\(mark.count)</text>
        """
    }

    private func badge(_ mark: PlacedMark) -> String {
        guard mark.count > 1 else { return "" }
        let (offset, radius, size, ink) =
            mark.kind.isQuiet ? (7, 7, 10, MapInk.edge) : (10, 8, 11, MapInk.indigo)
        return """
            <circle cx="\(offset)" cy="-\(offset)" r="\(radius)" fill="\(MapInk.page)" \
            stroke="\(ink)" stroke-width="1.5"/><text x="\(offset)" y="\(4 - offset)" \
            text-anchor="middle" font-size="\(size)" font-weight="700" fill="\(MapInk.text)">\
            \(mark.count)</text>
            """
    }
}

// MARK: - Furniture: scale, north, credit

extension MapDrawing {
    private var creditWidth: Double { LabelPlacer.width(picture.attribution, 10) }

    private var scaleBar: (metres: Double, pixels: Double) {
        let longest = frame.box.right * 0.24 * frame.metresPerPixel
        let steps = [50.0, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000]
        let metres = steps.last { $0 <= longest } ?? 50
        return (metres, metres / frame.metresPerPixel)
    }

    private mutating func takeFurniture() {
        let (right, bottom) = (frame.box.right, frame.box.bottom)
        placer.take(
            ScreenBox(left: 0, top: bottom - 32, right: scaleBar.pixels + 24, bottom: bottom))
        placer.take(
            ScreenBox(
                left: right - creditWidth - 10, top: bottom - 18, right: right, bottom: bottom))
        placer.take(ScreenBox(left: right - 34, top: 0, right: right, bottom: 46))
    }

    private mutating func drawFurniture() {
        let (right, bottom) = (frame.box.right, frame.box.bottom)
        let (metres, pixels) = scaleBar
        let length = metres >= 1_000 ? "\(Int(metres / 1_000)) km" : "\(Int(metres)) m"
        svg.raw(
            """
            <g aria-hidden="true" fill="\(MapInk.quiet)" stroke="\(MapInk.page)" \
            stroke-width="3" paint-order="stroke" font-size="11">\
            <path d="M12 \(SVGWriter.number(bottom - 15))v5h\(SVGWriter.number(pixels))v-5" \
            fill="none" stroke-width="4"/>\
            <path d="M12 \(SVGWriter.number(bottom - 15))v5h\(SVGWriter.number(pixels))v-5" \
            fill="none" stroke="\(MapInk.quiet)" stroke-width="1.5"/>\
            <text x="16" y="\(SVGWriter.number(bottom - 15))">\(length)</text>\
            <text x="\(SVGWriter.number(right - 6))" y="\(SVGWriter.number(bottom - 6))" \
            text-anchor="end" font-size="10">\(SVGWriter.escape(picture.attribution))</text>\
            <path d="M\(SVGWriter.number(right - 18)) 8l5 15-5-3.5-5 3.5z"/>\
            <text x="\(SVGWriter.number(right - 18))" y="36" text-anchor="middle">\
            \(SVGWriter.escape(picture.words.north))</text></g>
            """)
    }
}

/// Measures of a ring on the screen.
enum Ring {
    static func area(_ ring: [ScreenPoint]) -> Double { abs(signedArea(ring)) }

    /// The centre of gravity, moved onto the ring's widest part at its height when it lies outside;
    /// `nil` for a ring that shows too little for a name.
    static func middle(_ ring: [ScreenPoint], in window: ScreenBox) -> ScreenPoint? {
        let seen = ring.map { point in
            ScreenPoint(
                x: min(max(point.x, window.left), window.right),
                y: min(max(point.y, window.top), window.bottom))
        }
        let area = signedArea(seen)
        guard abs(area) > 2_500 else { return nil }
        let height =
            edges(seen).reduce(0.0) { sum, edge in
                sum + (edge.0.y + edge.1.y) * cross(edge.0, edge.1)
            } / (6 * area)
        let crossings = edges(seen).compactMap { start, end -> Double? in
            guard (start.y > height) != (end.y > height) else { return nil }
            return start.x + (height - start.y) / (end.y - start.y) * (end.x - start.x)
        }.sorted()
        let spans = stride(from: 0, to: crossings.count - 1, by: 2)
            .map { (crossings[$0], crossings[$0 + 1]) }
        guard let widest = spans.max(by: { $0.1 - $0.0 < $1.1 - $1.0 }) else { return nil }
        return ScreenPoint(x: (widest.0 + widest.1) / 2, y: height)
    }

    private static func signedArea(_ ring: [ScreenPoint]) -> Double {
        edges(ring).reduce(0.0) { $0 + cross($1.0, $1.1) } / 2
    }

    private static func edges(_ ring: [ScreenPoint]) -> [(ScreenPoint, ScreenPoint)] {
        ring.indices.map { (ring[$0], ring[($0 + 1) % ring.count]) }
    }

    private static func cross(_ start: ScreenPoint, _ end: ScreenPoint) -> Double {
        start.x * end.y - end.x * start.y
    }
}
