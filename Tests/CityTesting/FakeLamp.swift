import NIOCore
import NIOPosix
import Synchronization

/// A lamp controller on this machine: takes sACN packets and reads them by the offsets of E1.31,
/// independently of the code under test.
package final class FakeLamp: Sendable {
    package struct Packet: Sendable, Hashable {
        package var universe: Int
        package var priority: Int
        package var sequence: Int
        package var options: UInt8
        package var slots: [UInt8]
        package var at: ContinuousClock.Instant
    }

    package let port: Int
    private let channel: any Channel
    private let packets: AsyncStream<Packet>

    package init() async throws {
        let (packets, continuation) = AsyncStream.makeStream(of: Packet.self)
        channel = try await DatagramBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Listener(continuation))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        guard let port = channel.localAddress?.port else {
            throw ChannelError.unknownLocalAddress
        }
        self.port = port
        self.packets = packets
    }

    /// The next packet that fits.
    package func next(_ fits: (Packet) -> Bool = { _ in true }) async -> Packet? {
        for await packet in packets where fits(packet) { return packet }
        return nil
    }

    package func close() async throws { try await channel.close().get() }

    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = AddressedEnvelope<ByteBuffer>

        private let packets: AsyncStream<Packet>.Continuation

        init(_ packets: AsyncStream<Packet>.Continuation) { self.packets = packets }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Array(unwrapInboundIn(data).data.readableBytesView)
            guard bytes.count >= 126 else { return }
            packets.yield(
                Packet(
                    universe: Int(bytes[113]) << 8 | Int(bytes[114]), priority: Int(bytes[108]),
                    sequence: Int(bytes[111]), options: bytes[112], slots: Array(bytes[126...]),
                    at: .now))
        }
    }
}
