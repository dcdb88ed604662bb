import Foundation
import HummingbirdTesting
import NIOCore
import NIOPosix
import Testing

/// A connection that sends bytes as they are and reads answers apart, as a browser would.
struct RawConnection {
    /// One answer: its head as sent, and its body.
    struct Answer: Equatable {
        var head: String
        var body: ByteBuffer

        var status: Int? { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } }

        func field(_ name: String) -> String? {
            for line in head.split(separator: "\r\n").dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                if line[..<colon].lowercased() == name.lowercased() {
                    return String(line[line.index(after: colon)...].drop { $0 == " " })
                }
            }
            return nil
        }

        /// Without what differs between two equal answers: the second they were sent in.
        var withoutDate: Answer { without("Date") }

        func without(_ names: String...) -> Answer {
            let lines = head.split(separator: "\r\n").filter { line in
                !names.contains { line.hasPrefix($0 + ": ") }
            }
            return Answer(head: lines.joined(separator: "\r\n"), body: body)
        }
    }

    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Connects to the city under test; the connection ends with `body`.
    static func with<Result>(
        _ client: any TestClientProtocol,
        _ body: (inout RawConnection) async throws -> Result
    ) async throws -> Result {
        let port = try #require(client.port)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(
                iterator: inbound.makeAsyncIterator(), outbound: outbound)
            return try await body(&connection)
        }
    }

    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var read = ByteBuffer()

    private init(
        iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.iterator = iterator
        self.outbound = outbound
    }

    /// Sends while another task reads.
    var sender: @Sendable (String) async throws -> Void {
        let outbound = outbound
        return { try await outbound.write(ByteBuffer(string: $0)) }
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    /// Sends nothing more, but still reads.
    func finish() { outbound.finish() }

    /// The next answer, or `nil` when the city closed the connection.
    /// - Parameter isHead: an answer to HEAD has no body, whatever length it names.
    mutating func answer(isHead: Bool = false) async throws -> Answer? {
        while true {
            if let answer = take(isHead: isHead) { return answer }
            guard var bytes = try await iterator.next() else { return nil }
            read.writeBuffer(&bytes)
        }
    }

    private mutating func take(isHead: Bool) -> Answer? {
        let text = String(buffer: read)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        var answer = Answer(head: String(text[..<end.lowerBound]), body: ByteBuffer())
        let headBytes = answer.head.utf8.count + 4
        let length =
            isHead || answer.status == 304 || answer.status == 204
            ? 0 : answer.field("Content-Length").flatMap { Int($0) } ?? 0
        guard read.readableBytes >= headBytes + length else { return nil }
        read.moveReaderIndex(forwardBy: headBytes)
        answer.body = read.readSlice(length: length) ?? ByteBuffer()
        read.discardReadBytes()
        return answer
    }
}
