import CityKernel
package import CityVocabulary

/// What every lamp of a bridge shows at one moment: the command's pattern and brightness resolved.
package struct LampFrame: Sendable, Hashable {
    package var colour: LampCommand.Colour
    package var isAlert: Bool

    /// - Parameter elapsed: since the sender began to show the command. A pattern starts lit, so
    ///   that a change is seen at once.
    package init(_ command: LampCommand, after elapsed: Duration) {
        let isLit = Self.isLit(command, after: elapsed)
        colour = isLit ? command.colour.dimmed(percent: command.brightnessPercent) : .dark
        isAlert = command.isAlert
    }

    /// Whether frames of this command differ from moment to moment.
    package static func isAnimated(_ command: LampCommand) -> Bool {
        command.pattern == .flash || command.pattern == .doubleFlash
    }

    /// The period on the wire: no light ever flashes faster than 3 Hz (WCAG 2.3.1), whatever a
    /// command asks. A double flash lights twice, a third of its period apart.
    package static func periodMilliseconds(_ command: LampCommand) -> Int {
        let least = LampCommand.periodMillisecondsMin
        return max(command.periodMilliseconds, command.pattern == .doubleFlash ? 3 * least : least)
    }

    private static func isLit(_ command: LampCommand, after elapsed: Duration) -> Bool {
        let period = Int64(periodMilliseconds(command)) * 1_000
        let moment = max(0, elapsed.microseconds) % period
        switch command.pattern {
        case .off: return false
        case .steady: return true
        case .flash: return moment * 2 < period
        case .doubleFlash:
            let sixth = moment * 6 / period
            return sixth == 0 || sixth == 2
        }
    }
}

extension LampCommand.Colour {
    /// Scaled and rounded; 100 keeps the colour exactly.
    package func dimmed(percent: Int) -> LampCommand.Colour {
        func scale(_ value: UInt8) -> UInt8 { UInt8((Int(value) * percent + 50) / 100) }
        return LampCommand.Colour(red: scale(red), green: scale(green), blue: scale(blue))
    }
}
