import CityKernel
import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

extension PageCache {
    /// A topic as it was when a page began to be made.
    struct Stamp: Hashable, Sendable {
        let topic: Int
        let version: UInt64
    }

    /// A finished page with its bytes in both encodings.
    final class Entry: Sendable {
        /// What a maker hands over.
        struct Content: Sendable {
            let status: HTTPResponse.Status
            let headers: HTTPFields
            let plain: ByteBuffer
        }

        let number: UInt64
        let stamps: [Stamp]
        let until: Timestamp
        let bytes: Int
        private let status: HTTPResponse.Status
        private let etag: String
        private let plainHeaders: HTTPFields
        private let gzipHeaders: HTTPFields
        private let plain: ByteBuffer
        private let gzip: ByteBuffer
        /// Safety: read and written only under the cache's lock.
        nonisolated(unsafe) var lastUse: UInt64 = 0

        init(_ content: Content, number: UInt64, stamps: [Stamp], until: Timestamp) {
            self.number = number
            self.stamps = stamps
            self.until = until
            status = content.status
            plain = content.plain
            gzip = Gzip.compress(content.plain, level: 6)
            bytes = plain.readableBytes + gzip.readableBytes
            let digest = SHA256.hash(data: plain.readableBytesView).prefix(12)
            // Weak: the same page in two encodings has one tag.
            etag = "W/\"" + digest.map { String($0, radix: 36) }.joined() + "\""
            var headers = content.headers
            headers[.eTag] = etag
            headers[.cacheControl] = "no-cache"
            headers[.vary] = "Accept-Encoding, Accept-Language, Cookie"
            plainHeaders = headers
            headers[.contentEncoding] = "gzip"
            gzipHeaders = headers
        }

        /// The answer to this request: 304, compressed or plain. HEAD gets no body.
        func response(to request: Request) -> Response {
            if let known = request.headers[.ifNoneMatch],
                known.split(separator: ",").contains(where: { $0.trimmed == etag }) || known == "*"
            {
                var headers = plainHeaders
                headers[.contentType] = nil
                return Response(status: .notModified, headers: headers)
            }
            let isCompressed = request.acceptsGzip
            let body = isCompressed ? gzip : plain
            let response = Response(
                status: status, headers: isCompressed ? gzipHeaders : plainHeaders,
                body: .init(byteBuffer: body))
            return request.method == .head ? response.createHeadResponse() : response
        }
    }

    /// A page being made, with those who wait for it. All verbs run under the cache's lock.
    final class Flight: Sendable {
        typealias Waiter = CheckedContinuation<Result<Entry?, any Error>, Never>

        let number: UInt64
        let stamps: [Stamp]
        /// Safety: both read and written only under the cache's lock.
        private nonisolated(unsafe) var waiters: [Waiter] = []
        private nonisolated(unsafe) var result: Result<Entry?, any Error>?

        init(number: UInt64, stamps: [Stamp]) {
            self.number = number
            self.stamps = stamps
        }

        /// The result when it is there; else the waiter is remembered.
        func landed(orWait waiter: Waiter) -> Result<Entry?, any Error>? {
            if let result { return result }
            waiters.append(waiter)
            return nil
        }

        /// - Returns: who waits for the result.
        func land(_ result: Result<Entry?, any Error>) -> [Waiter] {
            self.result = result
            defer { waiters = [] }
            return waiters
        }
    }
}
