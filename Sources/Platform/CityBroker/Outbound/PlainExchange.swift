import NIOCore
import NIOHTTP1

/// One request on a kept connection, and whoever waits for its answer.
struct PlainExchange: Sendable {
    /// How an exchange ended without an answer.
    enum Failure: Error {
        /// Nothing came back: a kept connection that the other side had given up ends like this.
        case lost
        case broken
        case late
    }

    struct Answer: Sendable {
        var status: HTTPResponseStatus
        var headers: HTTPHeaders
        /// Whether the connection serves again.
        var isReusable: Bool
    }

    var head: HTTPRequestHead
    var body: ByteBuffer
    var timeout: TimeAmount
    var waiter: CheckedContinuation<Answer, any Error>
}

/// Sends the exchanges that are written to its connection, one after the other's end.
final class PlainExchangeHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = PlainExchange
    typealias OutboundOut = HTTPClientRequestPart

    /// Bytes of an answer that are read, so that its connection serves again; a longer one ends it.
    static let answerBytesMax = 65_536

    private let idle: TimeAmount
    private var waiter: CheckedContinuation<PlainExchange.Answer, any Error>?
    /// When the exchange, or the rest between two, has taken too long.
    private var deadline = NIODeadline.distantFuture
    /// Looks at the deadline, which moves on with each exchange: a timer for each costs more than
    /// many an exchange.
    private var watch: (at: NIODeadline, alarm: Scheduled<Void>)?
    private var head: HTTPResponseHead?
    private var bytes = 0

    /// - Parameter idle: a connection that nobody used for so long ends.
    init(idle: TimeAmount) { self.idle = idle }

    /// - Parameter promise: kept once the exchange is taken; from then on the waiter is told here.
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        precondition(waiter == nil, "a connection has one exchange at a time")
        waiter = exchange.waiter
        promise?.succeed()
        limit(context.channel, to: exchange.timeout)
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
        case .body(let part):
            bytes += part.readableBytes
            if bytes > Self.answerBytesMax { conclude(context, isReusable: false) }
        case .end:
            conclude(context, isReusable: head?.isKeepAlive ?? false)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        watch?.alarm.cancel()
        watch = nil
        end(.failure(head == nil ? PlainExchange.Failure.lost : .broken))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end(.failure(error))
        context.close(promise: nil)
    }

    private func conclude(_ context: ChannelHandlerContext, isReusable: Bool) {
        guard let head else { return }
        self.head = nil
        bytes = 0
        limit(context.channel, to: idle)
        end(.success(.init(status: head.status, headers: head.headers, isReusable: isReusable)))
        if !isReusable { context.close(promise: nil) }
    }

    private func limit(_ channel: any Channel, to span: TimeAmount) {
        deadline = .now() + span
        if let watch, watch.at <= deadline { return }
        watch?.alarm.cancel()
        look(channel, at: deadline)
    }

    private func look(_ channel: any Channel, at instant: NIODeadline) {
        let alarm = channel.eventLoop.assumeIsolated().scheduleTask(deadline: instant) { [self] in
            watch = nil
            guard .now() >= deadline else { return look(channel, at: deadline) }
            end(.failure(PlainExchange.Failure.late))
            channel.close(promise: nil)
        }
        watch = (instant, alarm)
    }

    private func end(_ result: Result<PlainExchange.Answer, any Error>) {
        waiter?.resume(with: result)
        waiter = nil
    }
}
