/// The drawings of the marks, around their own middle. Colours are the page's custom properties, so
/// that a map follows light and dark; the fallbacks serve a picture that stands alone.
enum MapInk {
    static let page = "var(--page,#fff)"
    static let fog = "var(--fog,#f2f5fa)"
    static let line = "var(--line,#ccc)"
    static let edge = "var(--edge,#767676)"
    static let text = "var(--text,#1a1a1a)"
    static let quiet = "var(--quiet,#4d4d4d)"
    static let indigo = "var(--link,#0017c1)"
    static let onIndigo = "var(--on-action,#fff)"
    static let river = "var(--river,#0055ad)"
    static let riverSoft = "var(--river-soft,#dcf0ff)"
    /// The light of a lantern; pale, so that it is no level's colour.
    static let lantern = "#ffb85c"

    /// The national palette of the five levels, and the ink upon each.
    static func level(_ level: Int) -> (paper: String, ink: String) {
        switch level {
        case 5...: ("#0c000c", "#fff")
        case 4: ("#a0a", "#fff")
        case 3: ("#ff2800", "#000")
        case 2: ("#f2e700", "#000")
        default: ("#fff", "#000")
        }
    }
}

extension MapSymbol.Kind {
    func drawing(_ words: MapWords) -> String {
        switch self {
        case .here:
            """
            <circle r="18" fill="\(MapInk.indigo)" opacity=".16"/>\
            <circle r="8" fill="\(MapInk.indigo)" stroke="\(MapInk.page)" stroke-width="3"/>
            """
        case .gauge(let level): Self.gauge(level, words)
        case .gaugeCalm:
            """
            <rect x="-5" y="-5" width="10" height="10" rx="3" fill="\(MapInk.page)" \
            stroke="\(MapInk.river)" stroke-width="2"/>
            """
        case .bridge(let colour): Self.bridge(colour)
        case .camera:
            """
            <rect x="-12" y="-12" width="24" height="24" rx="12" fill="\(MapInk.page)" \
            stroke="\(MapInk.quiet)" stroke-width="2"/><path d="M-6-3h2.5l1.5-2h4l1.5 2h2.5v8h-12z" \
            fill="\(MapInk.quiet)"/><circle cy="1" r="2.2" fill="\(MapInk.page)"/>
            """
        case .shelter(.open):
            """
            <circle r="17" fill="\(MapInk.lantern)" opacity=".38"/>\
            <circle r="11" fill="\(MapInk.indigo)"/>\
            <path d="M-6.5.5 0-5.5l6.5 6M-4-1v6.5h8V-1" fill="none" stroke="\(MapInk.onIndigo)" \
            stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>
            """
        case .shelter(.full):
            """
            <circle r="11" fill="\(MapInk.page)" stroke="\(MapInk.indigo)" stroke-width="2.5"/>\
            <text y="4.3" text-anchor="middle" font-size="12" font-weight="700" \
            fill="\(MapInk.text)">\(words.full)</text>
            """
        case .place:
            """
            <circle r="5" fill="\(MapInk.river)" stroke="\(MapInk.page)" stroke-width="2"/>
            """
        case .shelter(.closed):
            """
            <circle r="5" fill="\(MapInk.page)" stroke="\(MapInk.edge)" stroke-width="2"/>
            """
        }
    }

    /// A square: the river's ladder, told by shape from everything else.
    private static func gauge(_ level: Int?, _ words: MapWords) -> String {
        guard let level else {
            return square(MapInk.page, dash: " stroke-dasharray=\"4 3\"")
                + letter(words.missing, MapInk.text)
        }
        guard level > 0 else { return square(MapInk.page) + waves(MapInk.river) }
        let (paper, ink) = MapInk.level(level)
        return square(paper) + letter("\(level)", ink)
    }

    private static func square(_ paper: String, dash: String = "") -> String {
        """
        <rect x="-13" y="-13" width="26" height="26" rx="7" fill="\(MapInk.page)"/>\
        <rect x="-11" y="-11" width="22" height="22" rx="5" fill="\(paper)" \
        stroke="\(MapInk.text)" stroke-width="1.5"\(dash)/>
        """
    }

    private static func letter(_ letter: String, _ ink: String) -> String {
        """
        <text y="5" text-anchor="middle" font-size="14" font-weight="700" fill="\(ink)">\
        \(SVGWriter.escape(letter))</text>
        """
    }

    private static func waves(_ ink: String) -> String {
        """
        <path d="M-7-2q3.5-4 7 0t7 0M-7 4q3.5-4 7 0t7 0" fill="none" stroke="\(ink)" \
        stroke-width="2" stroke-linecap="round"/>
        """
    }

    /// An arch with three lanterns in the colour that the lamps show.
    private static func bridge(_ colour: String?) -> String {
        let light = colour.map(SVGWriter.escape)
        let glow = light.map { "<circle r=\"17\" fill=\"\($0)\" opacity=\".3\"/>" } ?? ""
        let lamps = [(-7.0, -1.5), (0, -5), (7, -1.5)].map { x, y in
            """
            <circle cx="\(SVGWriter.number(x))" cy="\(SVGWriter.number(y))" r="3.2" \
            fill="\(light ?? MapInk.page)" stroke="\(MapInk.text)" stroke-width="1.2"/>
            """
        }.joined()
        return """
            <circle r="15" fill="\(MapInk.page)"/>\(glow)\
            <path d="M-12 7h24M-12 4.5q12-17 24 0M-7-1v8M0-5v12M7-1v8" fill="none" \
            stroke="\(MapInk.text)" stroke-width="1.8" stroke-linecap="round"/>\(lamps)
            """
    }
}
