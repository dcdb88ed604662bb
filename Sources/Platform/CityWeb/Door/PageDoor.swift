import NIOCore

/// The very front of a connection: answers requests for finished pages at once, on the event loop,
/// and lets everything else pass to the parser untouched.
///
/// Requests of a connection are answered in their order: while one that passed is in progress, all
/// that follow pass too. A request that `PlainRequest` does not know for certain, such as one with a
/// body, opens the door for good: from then on the connection's bytes only pass.
final class PageDoor: ChannelInboundHandler, ChannelOutboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = IOData
    typealias OutboundOut = ByteBuffer

    private let pages: FinishedPages
    private let watch: ConnectionWatch
    /// Came in and was neither answered nor passed on.
    private var waiting = ByteBuffer()
    private var isOpenForGood = false
    private var isWorking = false
    private var hasUnsentAnswers = false
    private var hasPassedBytes = false
    /// A read that waits until the reader has taken its answers.
    private var hasHeldRead = false

    init(pages: FinishedPages, watch: ConnectionWatch) {
        self.pages = pages
        self.watch = watch
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

    func channelReadComplete(context: ChannelHandlerContext) {
        flushAnswers(context)
        // Handlers behind have seen nothing of answers given here.
        guard hasPassedBytes else { return }
        hasPassedBytes = false
        context.fireChannelReadComplete()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable {
            work(context)
            flushAnswers(context)
            releaseRead(context)
        }
        context.fireChannelWritabilityChanged()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { open(context) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        isOpenForGood = true
        waiting.clear()
        context.fireChannelInactive()
    }

    // MARK: - Outbound

    /// A reader who sends requests and takes no answers is not listened to.
    func read(context: ChannelHandlerContext) {
        if isOpenForGood || context.channel.isWritable {
            context.read()
        } else {
            hasHeldRead = true
        }
    }

    // MARK: - Working

    private func work(_ context: ChannelHandlerContext) {
        // Sending may make the channel writable again, which comes back here.
        guard !isWorking else { return }
        isWorking = true
        defer { isWorking = false }
        while !isOpenForGood, waiting.readableBytes > 0, mayAnswer(context) {
            switch waiting.withUnsafeReadableBytes(PlainRequest.read) {
            case .request(let request): serve(request, context)
            case .incomplete where waiting.readableBytes < WebLimits.headerBytesMax: return
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

    private func flushAnswers(_ context: ChannelHandlerContext) {
        guard hasUnsentAnswers else { return }
        hasUnsentAnswers = false
        context.flush()
    }

    private func releaseRead(_ context: ChannelHandlerContext) {
        guard hasHeldRead, isOpenForGood || context.channel.isWritable else { return }
        hasHeldRead = false
        context.read()
    }
}
