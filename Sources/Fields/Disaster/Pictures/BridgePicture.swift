import CityKernel
import CityVocabulary

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
        let lamps = Self.posts.map { "<circle cx=\"\($0)\" cy=\"44\" r=\"3.4\"/>" }.joined()
        let piers = Self.piers.map { "M\($0 - 5) 72h10l2 26h-14z" }.joined()
        let colour = light.isVisible ? light.colour.hex : "#5b6480"
        return """
            <svg class="bridge" viewBox="0 0 \(Self.width) \(Self.height)" role="img">\
            <title>\(SVGWriter.escape(title))</title>\(style)\
            <rect width="\(Self.width)" height="\(Self.height)" rx="12" fill="#000a3c"/>\
            <path d="M0 58q60-34 118-14t112-12 98 6 72-12V98H0z" fill="#0b1a5c"/>\
            <path d="M0 98h400v22a12 12 0 0 1-12 12H12a12 12 0 0 1-12-12z" fill="#00104f"/>\
            <path d="\(piers)" fill="#3a4676"/>\
            <path d="M0 62h400v10q-200-8-400 0z" fill="#56628f"/>\
            <path d="M0 46h400\(posts)" stroke="#7f8bb8" stroke-width="2" fill="none"/>\
            \(glow(colour, lamps))\
            <path d="M22 108h44m22 8h60m34-9h52m26 9h48m20-9h46" stroke="#3f57b5" \
            stroke-width="2" stroke-linecap="round" fill="none"/></svg>
            """
    }

    private func glow(_ colour: String, _ lamps: String) -> String {
        guard light.isVisible else {
            return "<g fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\">\(lamps)</g>"
        }
        let opacity = SVGWriter.number(0.4 + 0.6 * Double(light.brightnessPercent) / 100)
        return """
            <g class="\(key)-light" opacity="\(opacity)">\
            <path d="M0 45h400M0 67h400" stroke="\(colour)" stroke-width="14" \
            opacity=".3"/>\
            <path d="M0 67h400" stroke="\(colour)" stroke-width="3"/>\
            <g fill="\(colour)">\(lamps)</g>\
            <path d="M30 104h340M70 112h260M120 120h160" stroke="\(colour)" stroke-width="4" \
            stroke-linecap="round" opacity=".35"/></g>
            """
    }

    /// Moves only for those who have not asked for stillness, and never faster than 3 Hz.
    private var style: String {
        guard light.isVisible, let frames else { return "" }
        let period = max(light.periodMilliseconds, LampCommand.periodMillisecondsMin)
        return "<style>@media (prefers-reduced-motion:no-preference){.\(key)-light{animation:"
            + "\(key)-on \(period)ms step-end infinite}@keyframes \(key)-on{\(frames)}}</style>"
    }

    private var frames: String? {
        switch light.pattern {
        case .steady, .off: nil
        case .flash: "50%{opacity:.08}"
        case .doubleFlash: "20%,60%{opacity:.08}40%{opacity:1}"
        }
    }
}
