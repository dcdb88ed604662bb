import CityKernel
import CityVocabulary

/// Which packets leave when: the pure part of a sender. Moments are spans since the sender began.
struct LampShow {
    /// After a start, so many frames follow each other quickly: a receiver that remembers our last
    /// sequence number drops up to twenty packets that seem older (E1.31 §6.7.2).
    static let quickFramesAtStart = 21
    /// After a change, a lost packet must not keep the old colour for a whole second.
    static let quickFramesAtChange = 3

    let configuration: LampConfiguration
    let isPreview: Bool
    private(set) var command: LampCommand?
    private var shownSince: Duration = .zero
    private var lastFrameAt: Duration?
    private var quickFrames = LampShow.quickFramesAtStart
    private var sequences: [UInt16: UInt8] = [:]

    init(_ configuration: LampConfiguration, isPreview: Bool) {
        self.configuration = configuration
        self.isPreview = isPreview
    }

    /// - Returns: whether the lamps have to show something else.
    mutating func show(_ command: LampCommand, at moment: Duration) -> Bool {
        guard self.command.map({ !$0.looks(like: command) }) ?? true else { return false }
        self.command = command
        shownSince = moment
        lastFrameAt = nil
        quickFrames = max(quickFrames, Self.quickFramesAtChange)
        return true
    }

    /// Whether a frame has to leave at `moment`.
    func isDue(at moment: Duration) -> Bool {
        guard let command else { return false }
        guard let lastFrameAt else { return true }
        let isQuick = quickFrames > 0 || LampFrame.isAnimated(command)
        return moment - lastFrameAt >= (isQuick ? frameInterval : configuration.keepAlive)
    }

    /// How often `isDue` is worth asking.
    var frameInterval: Duration { .seconds(1) / configuration.framesPerSecond }

    /// One packet for each universe; none before the first command.
    mutating func frame(at moment: Duration) -> [(universe: UInt16, bytes: [UInt8])] {
        guard let command else { return [] }
        lastFrameAt = moment
        quickFrames = max(0, quickFrames - 1)
        let frame = LampFrame(command, after: moment - shownSince)
        return packets(frame, options: isPreview ? .preview : [])
    }

    /// What tells receivers that the stream ends (E1.31 §6.2.6); Art-Net has no such word.
    mutating func termination() -> [(universe: UInt16, bytes: [UInt8])] {
        guard let command, configuration.wire == .sacn else { return [] }
        let frame = LampFrame(command, after: .zero)
        return packets(
            frame, options: isPreview ? [.preview, .streamTerminated] : .streamTerminated)
    }

    /// The list of our universes, once there is a command.
    func discovery() -> [(universe: UInt16, bytes: [UInt8])] {
        guard command != nil, configuration.wire == .sacn else { return [] }
        let packet = SacnDiscoveryPacket(
            componentID: configuration.componentID, sourceName: configuration.sourceName,
            universes: configuration.patch.universes)
        return [(SacnDiscoveryPacket.universe, packet.bytes)]
    }

    private mutating func packets(
        _ frame: LampFrame, options: SacnPacket.Options
    ) -> [(universe: UInt16, bytes: [UInt8])] {
        configuration.patch.universes.map { universe in
            let slots = configuration.patch.slots(universe: universe, colour: frame.colour)
            switch configuration.wire {
            case .sacn:
                let sequence = sequences[universe].map { $0 &+ 1 } ?? 0
                sequences[universe] = sequence
                let packet = SacnPacket(
                    componentID: configuration.componentID, sourceName: configuration.sourceName,
                    priority: frame.isAlert
                        ? configuration.priorityAlert : configuration.priorityShow,
                    sequence: sequence, options: options, universe: universe, slots: slots)
                return (universe, packet.bytes)
            case .artNet:
                let sequence = ArtNetPacket.next(sequences[universe] ?? 0)
                sequences[universe] = sequence
                let packet = ArtNetPacket(
                    sequence: sequence, portAddress: universe, slots: slots)
                return (universe, packet.bytes)
            }
        }
    }
}

extension LampCommand {
    /// Whether the lamps show the same; words and times may differ.
    fileprivate func looks(like other: LampCommand) -> Bool {
        colour == other.colour && pattern == other.pattern
            && periodMilliseconds == other.periodMilliseconds
            && brightnessPercent == other.brightnessPercent && isAlert == other.isAlert
    }
}
