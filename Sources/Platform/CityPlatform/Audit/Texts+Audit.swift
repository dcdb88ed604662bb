import CityKernel
import CityWeb

extension Texts {
    /// Words of the audit's pages.
    static var ofAudit: Texts {
        [
            "auditLines": .init("記録", easy: "きろく", en: "Lines"),
            "auditNumber": .init("番号", easy: "ばんごう", en: "No."),
            "auditAt": .init("いつ", easy: "いつ", en: "When"),
            "auditActor": .init("だれが", easy: "だれが", en: "Who"),
            "auditActorHint": .init(
                "職員や鍵の番号。表の名前を押すと入ります。", easy: "ひょうの 名前を おすと 入ります。",
                en: "Id of staff or key. Press a name in the table to fill it in."),
            "auditAction": .init("したこと", easy: "した こと", en: "What"),
            "auditNoun": .init("何に", easy: "何に", en: "On what"),
            "auditNounHint": .init(
                "IDそのまま。", easy: "ものの ばんごう。", en: "The exact id."),
            "auditDetail": .init("補足", easy: "くわしく", en: "Detail"),
            "auditFilter": .init("しぼる", easy: "しぼる", en: "Filter"),
            "auditClear": .init("すべて見る", easy: "ぜんぶ 見る", en: "Show all"),
            "auditNone": .init("当てはまる記録はありません", easy: "きろくは ありません", en: "No such line"),
            "auditOlder": .init("前の記録へ", easy: "まえの きろく", en: "Older lines"),
            "auditNewest": .init("最新へ", easy: "いちばん あたらしい", en: "Newest"),
            "auditHead": .init("署名された木", easy: "市の しるし", en: "The signed tree"),
            "auditSigned": .init(
                "{n} 行まで署名済み", easy: "{n}この きろくに しるしが あります", en: "Signed up to {n} lines"),
            "auditUnsigned": .init(
                "まだ署名されていません", easy: "まだ しるしが ありません", en: "Nothing is signed yet"),
            "auditOtherKey": .init(
                "別の鍵で署名されています", easy: "べつの かぎの しるしです", en: "Signed with another key"),
            "auditOtherKeyRemedy": .init(
                "audit.key を元に戻してください。それまで新しい署名はしません。",
                easy: "もとの かぎに もどして ください。",
                en: "Put the former audit.key back. Until then nothing is signed."),
            "auditSize": .init("行の数", easy: "きろくの かず", en: "Lines"),
            "auditRoot": .init("木の根", easy: "木の ね", en: "Root"),
            "auditKey": .init("この街のログの鍵", easy: "この 市の かぎ", en: "Key of this city's log"),
            "auditWitnesses": .init("証人(共同署名)", easy: "しょうにん", en: "Witnesses"),
            "auditNoWitness": .init(
                "証人の街はまだありません", easy: "しょうにんは まだ いません", en: "No witness is set up"),
            "auditNeighbours": .init(
                "この街が証人をしているログ", easy: "この 市が しょうにんの きろく",
                en: "Logs that this city witnesses"),
            "auditNotYet": .init("まだ", easy: "まだです", en: "not yet"),
            "auditTiles": .init(
                "だれでも確かめられます", easy: "だれでも たしかめられます", en: "Anyone can check it"),
            "auditLine": .init("記録 {n}", easy: "きろく {n}", en: "Line {n}"),
            "auditProof": .init("証明", easy: "しょうめい", en: "Proof"),
            "auditProofHolds": .init(
                "この行は署名された木の中にあります", easy: "この きろくは かえられて いません",
                en: "This line is in the signed tree"),
            "auditProofWords": .init(
                "いま {steps} 個のハッシュから根を計算し、{n} 行の署名と一致しました。",
                easy: "いま けいさんして たしかめました。",
                en: "The root was just recomputed from {steps} hashes and equals that of the "
                    + "signed {n} lines."),
            "auditProofLater": .init(
                "次の署名のあとで証明できます(ふつう1分以内)", easy: "もう すこし まって ください",
                en: "Provable after the next signature, usually within a minute"),
            "auditProofFails": .init(
                "この行は署名された木と合いません", easy: "この きろくは 木と あいません",
                en: "This line does not fit the signed tree"),
            "auditProofFailsRemedy": .init(
                "書きかえられたおそれがあります。cityos audit verify で最初の違いを調べてください。",
                easy: "情報の 係に すぐ しらせて ください。",
                en: "It may have been changed. Find the first difference by cityos audit verify."),
            "auditCanonical": .init(
                "ハッシュされる文字列", easy: "けいさんする 文字", en: "The text that is hashed"),
            "auditLeaf": .init("葉のハッシュ", easy: "はっぱの ハッシュ", en: "Leaf hash"),
            "auditPath": .init("根までのハッシュ", easy: "ねまでの ハッシュ", en: "Hashes to the root"),
            "auditCheckpoint": .init("チェックポイント", easy: "しるし", en: "Checkpoint"),
        ]
    }
}
