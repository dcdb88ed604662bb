import CityKernel
import CityRelease

/// Invented people, the same every time: nobody of them lives.
enum InventedTown {
    static let districts = ["中原", "東間", "西瀬", "大畑"]

    static func areas() -> [String: [String]] {
        var tree: [String: [String]] = [:]
        for (number, district) in districts.enumerated() {
            for block in 0..<5 {
                tree["\(district)\(block)丁目"] = [district, number < 2 ? "北" : "南"]
            }
        }
        return tree
    }

    static let names = ["氏名", "保険証番号", "世帯", "年齢", "町内", "受診日", "性別", "判定"]

    static func rows(_ count: Int) -> ReleaseTable {
        var table = ReleaseTable(columns: names)
        var dice = Dice(seed: 42)
        let blocks = areas().keys.sorted()
        for number in 0..<count {
            let block = blocks[dice.roll(blocks.count) * dice.roll(blocks.count) / blocks.count]
            let age = 20 + dice.roll(40) + dice.roll(36)
            let result =
                ["異常なし", "要観察", "要受診"][min(dice.roll(5) / 2 + (age > 70 ? 1 : 0), 2)]
            table.append([
                "住民\(number)号", "H\(100_000 + number)", "S\(number / 2)", "\(age)", block,
                "2026-0\(1 + dice.roll(9))-1\(dice.roll(10))", dice.roll(2) == 0 ? "女" : "男",
                result,
            ])
        }
        return table
    }

    static func definition(
        k: Int = 10, l: Int? = nil, t: Double? = nil, share: Double = 0.05
    ) -> ReleaseDefinition {
        ReleaseDefinition(
            id: "checkup", title: "健診", nature: "市内全域の健診。校区と年より細かい組は少数になる。",
            columns: [
                .init("氏名", .identifier), .init("保険証番号", .identificationCode),
                .init("世帯", .link),
                .init(
                    "年齢", .quasi,
                    hierarchy: .numbers(bands: [5, 10, 20], lowest: 20, highest: 89)),
                .init("町内", .quasi, hierarchy: .tree(areas())),
                .init("受診日", .quasi, hierarchy: .date), .init("性別", .quasi, hierarchy: .flat),
                .init("判定", .sensitive),
            ], k: k, l: l, t: t, suppressedShareMax: share)
    }
}

/// SplitMix64: a sequence that is the same on every machine.
struct Dice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func roll(_ sides: Int) -> Int { Int(next() % UInt64(sides)) }
}
