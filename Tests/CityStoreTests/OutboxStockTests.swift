import CityKernel
import Testing

@testable import CityStore

@Suite("手元の知らせ")
struct OutboxStockTests {
    private let noon = Timestamp(seconds: 1_000)
    private let lane = OutboxLane(kind: "mail", receiver: "家")

    private func message(_ id: Int64, bytes: Int = 1) -> QueuedMessage {
        QueuedMessage(
            id: id, kind: lane.kind, receiver: lane.receiver, idempotencyKey: "\(id)",
            payload: [UInt8](repeating: 0, count: bytes), queuedAt: noon, attempts: 0)
    }

    private func enter(_ ids: ClosedRange<Int64>, into stock: OutboxStock) {
        for id in ids { stock.enter(message(id), dueAt: Timestamp(seconds: 0), at: noon) }
    }

    /// Numbers that can be delivered without reading, and whether the lane must be read then.
    private func drain(_ stock: OutboxStock) -> (ids: [Int64], mustRead: Bool) {
        var ids: [Int64] = []
        while true {
            switch stock.next(of: lane, at: noon) {
            case .deliver(let message): ids.append(message.id)
            case .read: return (ids, true)
            case .rest: return (ids, false)
            }
        }
    }

    @Test("入りきらない分は手元に置かず、順を守って後で読む")
    func overflow() {
        let stock = OutboxStock()
        let most = Int64(OutboxStock.laneMessagesMax)
        enter(1...(most + 5), into: stock)
        #expect(stock.counts.messages == OutboxStock.laneMessagesMax)
        let first = drain(stock)
        #expect(first.ids == (1...most).map { $0 } && first.mustRead)
        // While the lane is read something comes that the reading may not have seen.
        enter((most + 6)...(most + 6), into: stock)
        let read = ((most + 1)...(most + 5)).map { message($0) }
        stock.fill(lane, with: .init(messages: read, hasMore: false, nextDue: nil))
        let second = drain(stock)
        #expect(second.ids == read.map(\.id) && second.mustRead)
        stock.fill(
            lane, with: .init(messages: [message(most + 6)], hasMore: false, nextDue: nil))
        #expect(drain(stock).ids == [most + 6])
        // A look that comes later shows it again; it is not delivered twice.
        enter((most + 6)...(most + 6), into: stock)
        let last = drain(stock)
        #expect(last.ids.isEmpty && !last.mustRead)
    }

    @Test("手元の全体にも限りがある")
    func bytes() {
        let stock = OutboxStock()
        let half = OutboxStock.bytesMax / 2
        for id in Int64(1)...3 {
            stock.enter(message(id, bytes: half), dueAt: Timestamp(seconds: 0), at: noon)
        }
        #expect(stock.counts.messages == 2 && stock.counts.bytes == 2 * half)
        let found = drain(stock)
        #expect(found.ids == [1, 2] && found.mustRead && stock.counts.bytes == 0)
    }

    @Test("手元がいっぱいの間に来た分は、番号だけを覚えて後で読む")
    func leaving() {
        let stock = OutboxStock()
        enter(1...2, into: stock)
        #expect(!stock.isFull)
        stock.leave(lane, upTo: 2)
        #expect(!drain(stock).mustRead)
        enter(3...3, into: stock)
        stock.leave(lane, upTo: 9)
        // What comes behind those that were left is left too: the order holds.
        enter(10...10, into: stock)
        let found = drain(stock)
        #expect(found.ids == [3] && found.mustRead)
        // Something came while the lane was being read.
        stock.leave(lane, upTo: 11)
        stock.fill(
            lane, with: .init(messages: (4...10).map { message($0) }, hasMore: false, nextDue: nil))
        let rest = drain(stock)
        #expect(rest.ids == (4...10).map { $0 } && rest.mustRead)
    }

    @Test("待つ宛先の知らせは手放し、空になった宛先は忘れる")
    func putAway() {
        let stock = OutboxStock()
        enter(1...10, into: stock)
        stock.putAway(lane)
        #expect(stock.counts.messages == 0 && drain(stock).mustRead)
        stock.fill(lane, with: .init(messages: [], hasMore: false, nextDue: nil))
        #expect(!drain(stock).mustRead)
        stock.forget(lane, behind: 9)
        #expect(stock.counts.lanes == 1)
        stock.forget(lane, behind: 10)
        #expect(stock.counts.lanes == 0)
    }
}
