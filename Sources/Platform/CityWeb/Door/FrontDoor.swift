import NIOCore

/// The very front of a connection: answers requests for finished pages at once, on the event loop,
/// hands plain calls of the API to the connection's task, and lets everything else pass to the parser
/// untouched.
///
/// Requests of a connection are answered in their order: while one that passed is in progress, all
/// that follow pass too; while a call is in progress, all that follow wait. A request that
/// `DoorReading` does not know for certain opens the door for good: from then on the connection's
/// bytes only pass.
final class FrontDoor: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    private let pages: FinishedPages
    private let calls: CallResponder
    private let turn: CallTurn
    private let watch: ConnectionWatch
    private var context: ChannelHandlerContext?
    /// Came in and was neither answered nor passed on.
    private var waiting = ByteBuffer()
    private var isOpenForGood = false
    private var isWorking = false
    /// A call is being answered.
    private var isCalled = false
    private var hasUnsentAnswers = false
    private var hasPassedBytes = false
    /// A read that waits until the reader has taken its answers.
    private var hasHeldRead = false
    /// Came while a call was being answered: whoever sits behind would close the connection.
    private var heldEnd: ChannelEvent?
    private var heldQuiesce: ChannelShouldQuiesceEvent?

    init(
        pages: FinishedPages, calls: CallResponder, turn: CallTurn, watch: ConnectionWatch
    ) {
        self.pages = pages
        self.calls = calls
        self.turn = turn
        self.watch = watch
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        turn.end()
    }

    // MARK: - Inbound

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        watch.hear()
        if isOpenForGood {
            hasPassedBytes = true
            return context.fireChannelRead(data)
        }
        var bytes = unwrapInboundIn(data)
        if waiting.readableBytes == 0 {
            waiting = bytes
        } else {
            waiting.writeBuffer(&bytes)
        }
        work(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { settle(context) }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            work(context)
            settle(context)
            releaseRead(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed {
            if isCalled {
                heldEnd = event
                return
            }
            open(context)
        } else if isCalled, let event = event as? ChannelShouldQuiesceEvent {
            heldQuiesce = event
            return
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOpenForGood = true
        waiting.clear()
        turn.end()
        context.fireChannelInactive()
    }

    // MARK: - Outbound

    /// A reader who sends requests and takes no answers is not listened to.
    func read(context: ChannelHandlerContext) {
        if mayRead(context) {
            context.read()
        } else {
            hasHeldRead = true
        }
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        if isOpenForGood { return true }
        if isCalled, waiting.readableBytes >= WebLimits.headerBytesMax { return false }
        return context.channel.isWritable
    }

    // MARK: - Working

    private func work(_ context: ChannelHandlerContext) {
        // Sending may make the channel writable again, which comes back here.
        guard !isWorking else { return }
        isWorking = true
        defer { isWorking = false }
        while !isOpenForGood, !isCalled, waiting.readableBytes > 0, mayAnswer(context) {
            switch waiting.withUnsafeReadableBytes(DoorReading.read) {
            case .page(let request): serve(request, context)
            case .call(let call): serve(call, context)
            case .incomplete where waiting.readableBytes < WebLimits.doorBytesMax: return
            case .incomplete, .unusual: open(context)
            }
        }
    }

    private func serve(_ request: PlainRequest, _ context: ChannelHandlerContext) {
        guard !watch.hasFailed, request.byteCount <= WebLimits.headerBytesMax else {
            return open(context)
        }
        guard watch.requestsInProgress == 0, let answer = pages.find(request) else {
            return pass(request.byteCount, context)
        }
        waiting.moveReaderIndex(forwardBy: request.byteCount)
        context.write(wrapOutboundOut(answer), promise: nil)
        hasUnsentAnswers = true
    }

    private func serve(_ call: PlainCall, _ context: ChannelHandlerContext) {
        guard !watch.hasFailed else { return open(context) }
        guard watch.requestsInProgress == 0 else { return pass(call.byteCount, context) }
        if call.bodyByteCount == 0, let answer = calls.quickAnswer(call, on: context.channel) {
            waiting.moveReaderIndex(forwardBy: call.byteCount)
            context.write(wrapOutboundOut(answer), promise: nil)
            hasUnsentAnswers = true
            return
        }
        var call = call
        waiting.moveReaderIndex(forwardBy: call.byteCount - call.bodyByteCount)
        call.body = waiting.readSlice(length: call.bodyByteCount) ?? ByteBuffer()
        isCalled = true
        watch.beginAtDoor()
        turn.hand(call)
    }

    /// The answer to the call that was handed over; nothing more than that.
    func finish(_ answer: ByteBuffer) {
        isCalled = false
        watch.endAtDoor()
        guard let context, context.channel.isActive else { return }
        context.write(wrapOutboundOut(answer), promise: nil)
        hasUnsentAnswers = true
        // Whoever handed the call over goes on.
        guard !isWorking else { return }
        if let heldQuiesce {
            flushAnswers(context)
            self.heldQuiesce = nil
            // What waits was not begun; its sender sees the connection close.
            isOpenForGood = true
            waiting.clear()
            context.fireUserInboundEventTriggered(heldQuiesce)
        }
        work(context)
        settle(context)
        if !isCalled, let heldEnd {
            self.heldEnd = nil
            open(context)
            settle(context)
            context.fireUserInboundEventTriggered(heldEnd)
        }
        releaseRead(context)
    }

    private func mayAnswer(_ context: ChannelHandlerContext) -> Bool {
        if !context.channel.isWritable { flushAnswers(context) }
        return context.channel.isWritable
    }

    private func pass(_ count: Int, _ context: ChannelHandlerContext) {
        guard let bytes = waiting.readSlice(length: count) else { return }
        hasPassedBytes = true
        context.fireChannelRead(wrapInboundOut(bytes))
    }

    /// From here on everything passes.
    private func open(_ context: ChannelHandlerContext) {
        guard !isOpenForGood else { return }
        isOpenForGood = true
        flushAnswers(context)
        pass(waiting.readableBytes, context)
        waiting = ByteBuffer()
        releaseRead(context)
    }

    /// After work: answers leave, and handlers behind take what was passed to them. They have seen
    /// nothing of answers given here.
    private func settle(_ context: ChannelHandlerContext) {
        flushAnswers(context)
        guard hasPassedBytes else { return }
        hasPassedBytes = false
        context.fireChannelReadComplete()
    }

    private func flushAnswers(_ context: ChannelHandlerContext) {
        guard hasUnsentAnswers else { return }
        hasUnsentAnswers = false
        context.flush()
    }

    private func releaseRead(_ context: ChannelHandlerContext) {
        guard hasHeldRead, mayRead(context) else { return }
        hasHeldRead = false
        context.read()
    }
}
