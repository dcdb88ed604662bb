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
    static let height = 132

    /// The railing's posts, which carry the lamps.
    private static let posts = Array(stride(from: 26, through: 374, by: 29))
    private static let piers = [86, 162, 238, 314]

    func svg() -> String {
        let posts = Self.posts.map { "M\($0) 62v-16" }.joined()
        let piers = Self.piers.map { "M\($0 - 5) 72h10l2 26h-14z" }.joined()
        return """
            <svg class="bridge" viewBox="0 0 \(Self.width) \(Self.height)" role="img">\
            <title>\(HTML.escape(title))</title>\
            <rect width="\(Self.width)" height="\(Self.height)" rx="12" fill="#000a3c"/>\
            <path d="M0 58q60-34 118-14t112-12 98 6 72-12V98H0z" fill="#0b1a5c"/>\
            <path d="M0 98h400v22a12 12 0 0 1-12 12H12a12 12 0 0 1-12-12z" fill="#00104f"/>\
            <path d="\(piers)" fill="#3a4676"/>\
            <path d="M0 62h400v10q-200-8-400 0z" fill="#56628f"/>\
            <path d="M0 46h400\(posts)" stroke="#7f8bb8" stroke-width="2" fill="none"/>\
            \(light.isVisible ? shining : dark)\
            <path d="M22 108h44m22 8h60m34-9h52m26 9h48m20-9h46" stroke="#3f57b5" \
            stroke-width="2" stroke-linecap="round" fill="none"/></svg>
            """
    }

    private var lamps: String {
        Self.posts.map { "M\($0) 44h0" }.joined()
    }

    private var dark: String {
        "<path d=\"\(lamps)\" stroke=\"#5b6480\" stroke-width=\"7\" stroke-linecap=\"round\"/>"
    }

    private var shining: String {
        let opacity = SVGWriter.number(0.4 + 0.6 * Double(light.brightnessPercent) / 100)
        let glow = """
            <g id="\(key)-on" opacity="\(opacity)" stroke="\(light.colour.hex)" fill="none" \
            stroke-linecap="round"><path d="M0 45h400M0 67h400" stroke-width="14" opacity=".3"/>\
            <path d="M0 67h400" stroke-width="3"/><path d="\(lamps)" stroke-width="8"/>\
            <path d="M30 104h340M70 112h260M120 120h160" stroke-width="4" opacity=".35"/></g>
            """
        guard let values else { return glow }
        // Who asked for stillness sees the light without the flash; `city.css` chooses.
        return """
            <defs>\(glow)</defs><use class="still" href="#\(key)-on"/><g class="moving">\
            <use href="#\(key)-on"/><animate attributeName="opacity" values="\(values)" \
            calcMode="discrete" dur="\(milliseconds)ms" repeatCount="indefinite"/></g>
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
