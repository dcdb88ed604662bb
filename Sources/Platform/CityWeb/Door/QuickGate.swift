package import CityIdentity
package import HTTPTypes
package import Hummingbird
package import NIOCore

/// A middleware that lets calls pass at the door as it does in the router, when it can do so without
/// waiting.
package protocol QuickGate: Sendable {
    /// - Returns: `nil` when the call must go through the router, which tells refusals too; then
    ///   nothing was counted.
    func pass(_ head: HTTPRequest, from address: SocketAddress?) -> QuickPass?
}

/// A call that may go on.
package struct QuickPass {
    package var principal: Principal
    /// Must follow with the answer: it adds fields and counts.
    package var leave: (inout Response) -> Void

    package init(principal: Principal, leave: @escaping (inout Response) -> Void) {
        self.principal = principal
        self.leave = leave
    }
}

/// What the door may answer of the API without the router: what it finds, and the gate on its way.
package struct QuickAnswers: Sendable {
    struct Found {
        var response: Response
        var body: ByteBuffer
        /// As the router names it.
        var route: String
    }

    private let retrieval: QuickRetrieval
    private let gate: any QuickGate

    package init(_ retrieval: QuickRetrieval, gate: any QuickGate) {
        self.retrieval = retrieval
        self.gate = gate
    }

    /// - Returns: `nil` when the router must be asked.
    func find(_ head: HTTPRequest, from address: SocketAddress?) -> Found? {
        guard let document = retrieval.find(head), let pass = gate.pass(head, from: address),
            // Reading is everybody's right; who has it not is told so by the router.
            retrieval.mayRead(pass.principal)
        else { return nil }
        let body = ByteBuffer(bytes: document)
        var response = QuickRetrieval.answer(body)
        pass.leave(&response)
        return Found(response: response, body: body, route: QuickRetrieval.route)
    }
}
