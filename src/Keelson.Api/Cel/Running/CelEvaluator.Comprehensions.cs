using Keelson.Api.Cel.Costs;
using Keelson.Api.Cel.Objects;
using Keelson.Api.Cel.Syntax;

namespace Keelson.Api.Cel.Running;

/// <summary>Macros that go over lists and maps, each charged what upstream's loop for it costs.</summary>
internal sealed partial class CelEvaluator
{
    private object Comprehension(ComprehensionNode node, CelFrame? frame)
    {
        var range = Evaluate(node.Range, frame);
        if (range is CelError) return range;
        var first = new CelFrame(node.First, frame);
        var second = node.Second is null ? first : new CelFrame(node.Second, first);
        if (range is not (CelList or CelMap)) return CelError.NoOverload;
        run.Charge(node.Kind == ComprehensionKind.ExistsOne ? 2 : 1);
        return node.Kind switch
        {
            ComprehensionKind.All => Decide(node, range, first, second, decisive: false),
            ComprehensionKind.Exists => Decide(node, range, first, second, decisive: true),
            ComprehensionKind.ExistsOne => Count(node, range, first, second),
            ComprehensionKind.TransformMap or ComprehensionKind.TransformMapEntry => Entries(node, range, first, second),
            _ => Collect(node, range, first, second),
        };
    }

    private static IEnumerable<bool> Steps(ComprehensionNode node, object range, CelFrame first, CelFrame second)
    {
        if (range is CelList list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (node.Second is not null) first.Value = (long)i;
                second.Value = list[i];
                yield return true;
            }

            yield break;
        }

        var map = (CelMap)range;
        foreach (var key in map.Keys)
        {
            first.Value = key;
            if (node.Second is not null) second.Value = map.Find(key)!;
            yield return true;
        }
    }

    private object Decide(ComprehensionNode node, object range, CelFrame first, CelFrame second, bool decisive)
    {
        object result = !decisive;
        foreach (var _ in Steps(node, range, first, second))
        {
            run.Charge(decisive ? LoopCost.Exists : LoopCost.All);
            var holds = Evaluate(node.Condition!, second);
            if (holds is bool decision && decision == decisive) return decision;
            if (result is CelError) continue;
            if (holds is CelError) result = holds;
            else if (holds is not bool) result = CelError.NoOverload;
        }

        return result;
    }

    private object Count(ComprehensionNode node, object range, CelFrame first, CelFrame second)
    {
        var count = 0;
        foreach (var _ in Steps(node, range, first, second))
        {
            var holds = Evaluate(node.Condition!, second);
            if (holds is CelError) return holds;
            if (holds is not bool decision) return CelError.NoOverload;
            run.Charge(decision ? LoopCost.Counted : LoopCost.Passed);
            if (decision) count++;
        }

        return count == 1;
    }

    private object Collect(ComprehensionNode node, object range, CelFrame first, CelFrame second)
    {
        var collected = new List<object>();
        foreach (var _ in Steps(node, range, first, second))
        {
            if (node.Condition is not null)
            {
                var holds = Evaluate(node.Condition, second);
                if (holds is CelError) return holds;
                if (holds is not bool decision) return CelError.NoOverload;
                if (!decision)
                {
                    run.Charge(LoopCost.Passed);
                    continue;
                }
            }

            run.Charge(LoopCost.Appended);
            var element = node.Transform is null ? first.Value : Evaluate(node.Transform, second);
            if (element is CelError) return element;
            collected.Add(element);
        }

        return new CelArray(collected);
    }

    private object Entries(ComprehensionNode node, object range, CelFrame first, CelFrame second)
    {
        var entries = new CelDictionary();
        foreach (var _ in Steps(node, range, first, second))
        {
            if (node.Condition is not null)
            {
                var holds = Evaluate(node.Condition, second);
                if (holds is CelError) return holds;
                if (holds is not bool decision) return CelError.NoOverload;
                if (!decision) continue;
            }

            run.Charge(LoopCost.Inserted);
            var made = Evaluate(node.Transform!, second);
            if (made is CelError) return made;
            if (node.Kind == ComprehensionKind.TransformMap) entries.Set(first.Value, made);
            else if (made is not CelMap map) return CelError.NoOverload;
            else if (map.Keys.FirstOrDefault(key => !entries.TryAdd(key, map.Find(key)!)) is { } known) return new CelError($"insert failed: key {CelShown.Plain(known)} already exists");
        }

        return entries;
    }
}
