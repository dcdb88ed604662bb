import CityKernel
import CityVocabulary
import NIOCore
import NIOPosix

/// Owns the socket of one bridge: makes packets and sends them in the same order.
actor LampWire {
    private let destination: LampDestination
    private let tally: LampTally
    private let began = ContinuousClock.now
    private var show: LampShow
    private var channel: (any Channel)?

    init(_ show: LampShow, destination: LampDestination, tally: LampTally) {
        self.show = show
        self.destination = destination
        self.tally = tally
    }

    // MARK: - Frames

    /// Shows the command at once when it looks different from the present one.
    func show(_ command: LampCommand) {
        guard show.show(command, at: moment) else { return }
        tally.show(command)
        send(show.frame(at: moment))
    }

    /// Sends the frame that is due, if any.
    func tick() {
        let moment = moment
        if show.isDue(at: moment) { send(show.frame(at: moment)) }
    }

    /// Tells a multicast network which universes we send. A single receiver has no use for it, and a
    /// drill must not be heard outside.
    func discover() {
        if destination.target == .multicast { send(show.discovery()) }
    }

    /// Receivers believe the end of a stream after three packets (E1.31 §6.7.1).
    func terminate() {
        for _ in 0..<3 { send(show.termination()) }
    }

    // MARK: - Socket

    /// Opens the socket unless it is open.
    func open() async throws {
        if let channel, channel.isActive { return }
        let isIPv6 = try destination.address(universe: 1).protocol == .inet6
        let opened = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: isIPv6 ? "::" : "0.0.0.0", port: 0).get()
        // Another call may have been quicker while we waited.
        guard channel?.isActive != true else { return try await opened.close().get() }
        channel = opened
    }

    func close() async {
        guard let channel else { return }
        self.channel = nil
        // A socket that is closed already is what we want.
        try? await channel.close().get()
    }

    private var moment: Duration { ContinuousClock.now - began }

    private func send(_ packets: [(universe: UInt16, bytes: [UInt8])]) {
        guard let channel, channel.isActive else {
            if !packets.isEmpty { tally.fail(ChannelError.ioOnClosedChannel) }
            return
        }
        let tally = tally
        for packet in packets {
            do {
                let envelope = AddressedEnvelope(
                    remoteAddress: try destination.address(universe: packet.universe),
                    data: ByteBuffer(bytes: packet.bytes))
                channel.writeAndFlush(envelope).whenComplete { tally.note($0) }
            } catch {
                tally.fail(error)
            }
        }
    }
}
