import CityKernel
import CityVocabulary
import CityWeb

/// 橋の絵: what the lamps of a bridge show now, drawn as the bridge at night. Colour and pattern come
/// from the same command that the lamps get; words stand beside it, for the picture alone is not
/// enough for everyone.
struct BridgePicture: Sendable {
    var light: BridgeScheme.Light
    var title: String
    /// Tells several pictures on one page apart.
    var key = "bridge"

    static let width = 400
    static let height = 150

    /// Distance of the lamps on the railing; every fourth post stands over a pier.
    private static let spacing = 25
    private static let piers = [75, 175, 275, 375]

    func svg() -> String {
        let piers = Self.piers.map { "M\($0 - 17) 76h9l3 30h-15z" }.joined()
        return """
            <svg class="bridge" viewBox="0 0 \(Self.width) \(Self.height)" role="img">\
            <title>\(HTML.escape(title))</title><defs>\(definitions)</defs>\
            <rect width="400" height="150" rx="12" fill="#00063a"/>\
            <path d="M0 70C40 46 78 40 120 54S192 70 232 46s78-14 108 2 40 8 60 4v58H0z" fill="#0a1655"/>\
            <path d="M0 104h400v34a12 12 0 0 1-12 12H12a12 12 0 0 1-12-12z" fill="#00104c"/>\
            <path d="\(piers)" fill="#333f75"/>\
            <path d="M0 64h400v9q-200-7-400 0z" fill="#46528a"/>\
            <path d="M0 50h400" stroke="#6f7bb0" stroke-width="1.5"/>\
            \(lamps)</svg>
            """
    }

    private var colour: String { light.isVisible ? light.colour.hex : "#6f7bb0" }

    /// One lamp with its post, glow and reflection, repeated along the bridge.
    private var definitions: String {
        let post = "<path d=\"M12.5 64V50\" stroke=\"#6f7bb0\" stroke-width=\"1.5\"/>"
        let bulb = "<circle cx=\"12.5\" cy=\"48\" r=\"3\" fill=\"\(colour)\"/>"
        let lit = """
            <circle cx="12.5" cy="48" r="12.5" fill="url(#\(key)-g)"/>\
            <path d="M12.5 106v38" stroke="url(#\(key)-r)" stroke-width="6"/>
            """
        let pattern = """
            <pattern id="\(key)-p" width="\(Self.spacing)" height="150" \
            patternUnits="userSpaceOnUse">\(light.isVisible ? lit : "")\(post)\(bulb)</pattern>
            """
        guard light.isVisible else { return pattern }
        return """
            <radialGradient id="\(key)-g"><stop stop-color="\(colour)" stop-opacity=".85"/>\
            <stop offset="1" stop-color="\(colour)" stop-opacity="0"/></radialGradient>\
            <linearGradient id="\(key)-r" x1="0" y1="106" x2="0" y2="144" \
            gradientUnits="userSpaceOnUse"><stop stop-color="\(colour)" stop-opacity=".7"/>\
            <stop offset="1" stop-color="\(colour)" stop-opacity="0"/></linearGradient>\
            \(pattern)\(shining)
            """
    }

    private var shining: String {
        let opacity = SVGWriter.number(0.4 + 0.6 * Double(light.brightnessPercent) / 100)
        return """
            <g id="\(key)-on" opacity="\(opacity)"><path d="M0 68h400" stroke="\(colour)" \
            stroke-width="10" opacity=".25"/><path d="M0 68h400" stroke="\(colour)" \
            stroke-width="2.5"/><path d="M0 0h400v150H0z" fill="url(#\(key)-p)"/></g>
            """
    }

    private var lamps: String {
        guard light.isVisible else {
            return "<path d=\"M0 0h400v150H0z\" fill=\"url(#\(key)-p)\"/>"
        }
        let on = "href=\"#\(key)-on\""
        guard let values else { return "<use \(on)/>" }
        // Who asked for stillness sees the light without the flash; `city.css` chooses.
        return """
            <use class="still" \(on)/><g class="moving"><use \(on)/>\
            <animate attributeName="opacity" values="\(values)" calcMode="discrete" \
            dur="\(milliseconds)ms" repeatCount="indefinite"/></g>
            """
    }

    /// Never faster than 3 Hz.
    private var milliseconds: Int {
        max(light.periodMilliseconds, LampCommand.periodMillisecondsMin)
    }

    /// Opacity in equal parts of a period.
    private var values: String? {
        switch light.pattern {
        case .steady, .off: nil
        case .flash: "1;.08"
        case .doubleFlash: "1;.08;1;.08;.08;.08"
        }
    }
}
