import CityKernel
import CityVocabulary

/// A light in words: 「赤、点滅(1秒に1回)」.
enum LightWords {
    static func say(_ light: BridgeScheme.Light, in language: Language) -> String {
        guard light.isVisible else { return dark[language] }
        let colour = name(of: light.colour)[language]
        let pattern = name(of: light.pattern)[language]
        guard light.pattern == .flash || light.pattern == .doubleFlash else {
            return language == .english ? "\(colour), \(pattern)" : "\(colour) \(pattern)"
        }
        let period = seconds(light.periodMilliseconds)
        return switch language {
        case .japanese: "\(colour) \(pattern)(\(period)秒に1回)"
        case .easyJapanese: "\(colour) \(pattern)(\(period)びょうに 1かい)"
        case .english: "\(colour), \(pattern) (every \(period) s)"
        }
    }

    static let dark = LocalizedText("消灯", easy: "ついて いません", en: "Off")

    static func name(of pattern: LampCommand.Pattern) -> LocalizedText {
        switch pattern {
        case .steady: LocalizedText("点灯", easy: "ついて います", en: "steady")
        case .flash: LocalizedText("点滅", easy: "ついたり きえたり", en: "flashing")
        case .doubleFlash:
            LocalizedText("2回ずつ点滅", easy: "2かいずつ ついたり きえたり", en: "double flashing")
        case .off: dark
        }
    }

    /// The everyday name of a colour, by brightness and hue.
    static func name(of colour: LampCommand.Colour) -> LocalizedText {
        let high = Int(max(colour.red, colour.green, colour.blue))
        let low = Int(min(colour.red, colour.green, colour.blue))
        if high == 0 { return dark }
        if (high - low) * 100 / high < 15 { return LocalizedText("白", easy: "しろ", en: "White") }
        return switch hue(colour, high, low) {
        case 0..<20, 340...360: LocalizedText("赤", easy: "あか", en: "Red")
        case 20..<45: LocalizedText("電球色", easy: "でんきゅうの いろ", en: "Warm white")
        case 45..<70: LocalizedText("黄", easy: "きいろ", en: "Yellow")
        case 70..<165: LocalizedText("緑", easy: "みどり", en: "Green")
        case 165..<200: LocalizedText("水色", easy: "みずいろ", en: "Light blue")
        case 200..<260: LocalizedText("青", easy: "あお", en: "Blue")
        default: LocalizedText("紫", easy: "むらさき", en: "Purple")
        }
    }

    /// Degrees on the colour wheel.
    private static func hue(_ colour: LampCommand.Colour, _ high: Int, _ low: Int) -> Int {
        let (red, green, blue) = (Int(colour.red), Int(colour.green), Int(colour.blue))
        let span = high - low
        let sixth: Int
        if high == red {
            sixth = (green - blue) * 60 / span
        } else if high == green {
            sixth = 120 + (blue - red) * 60 / span
        } else {
            sixth = 240 + (red - green) * 60 / span
        }
        return (sixth + 360) % 360
    }

    private static func seconds(_ milliseconds: Int) -> String {
        SVGWriter.number(Double(milliseconds) / 1_000)
    }
}
