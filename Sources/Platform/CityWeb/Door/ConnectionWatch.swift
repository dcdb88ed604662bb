import NIOCore
import NIOHTTP1

/// Counts the requests that the router is busy with, and closes a connection that says nothing.
///
/// Stands behind the HTTP parser. The door in front of it asks whether it may answer: while a
/// request is in progress every other one must wait its turn.
final class ConnectionWatch: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let idleTimeout: TimeAmount
    private var lastHeard = NIODeadline.now()
    private var alarm: Scheduled<Void>?
    private var isRequestBeingRead = false
    private(set) var requestsInProgress = 0
    /// Whether the parser has given up; nobody else may answer from then on.
    private(set) var hasFailed = false

    init(idleTimeout: TimeAmount) { self.idleTimeout = idleTimeout }

    /// Bytes have come from the reader.
    func hear() { lastHeard = .now() }

    /// The door answers a request itself, which takes a while.
    func beginAtDoor() { requestsInProgress += 1 }

    func endAtDoor() {
        requestsInProgress -= 1
        lastHeard = .now()
    }

    func handlerAdded(context: ChannelHandlerContext) {
        if context.channel.isActive { setAlarm(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { alarm?.cancel() }

    func channelActive(context: ChannelHandlerContext) {
        setAlarm(context)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        alarm?.cancel()
        alarm = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requestsInProgress += 1
            isRequestBeingRead = true
        case .body: break
        case .end: isRequestBeingRead = false
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        hasFailed = true
        context.fireErrorCaught(error)
    }

    func write(
        context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?
    ) {
        if case .end = unwrapOutboundIn(data) {
            requestsInProgress -= 1
            lastHeard = .now()
        }
        context.write(data, promise: promise)
    }

    private func setAlarm(_ context: ChannelHandlerContext) {
        guard alarm == nil else { return }
        lastHeard = .now()
        setAlarm(context, at: lastHeard + idleTimeout)
    }

    private func setAlarm(_ context: ChannelHandlerContext, at deadline: NIODeadline) {
        alarm = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.look(context)
        }
    }

    /// An answer may take as long as it likes; a reader may not.
    private func look(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        if requestsInProgress > 0, !isRequestBeingRead {
            setAlarm(context, at: now + idleTimeout)
        } else if now - lastHeard >= idleTimeout {
            context.close(promise: nil)
        } else {
            setAlarm(context, at: lastHeard + idleTimeout)
        }
    }
}
