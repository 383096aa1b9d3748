using Keelson.Server.Cache;
using Keelson.Server.Objects;
using Keelson.Server.Registry;
using Keelson.Storage;

namespace Keelson.Server.Storing;

/// <summary>Says what else is written with an object.</summary>
internal interface ICompanions
{
    /// <param name="before">The object that is replaced or removed; null where one is created.</param>
    /// <param name="after">The object that is stored; null where one is removed.</param>
    IReadOnlyList<Companion> Of(RegisteredResource resource, CachedObject? before, ApiObject? after);
}

/// <summary>What several say is written with an object.</summary>
internal sealed class AllCompanions(params IReadOnlyList<ICompanions> all) : ICompanions
{
    public IReadOnlyList<Companion> Of(RegisteredResource resource, CachedObject? before, ApiObject? after)
    {
        IReadOnlyList<Companion> found = [];
        foreach (var one in all)
        {
            var more = one.Of(resource, before, after);
            if (more.Count > 0) found = found.Count == 0 ? more : [.. found, .. more];
        }

        return found;
    }
}

/// <summary>A write that belongs to another one: both are stored, or neither.</summary>
/// <param name="Revision">The version that the key has to be at; zero where there must be nothing.</param>
/// <param name="Change">What is written; null where the key only has to be as it was seen.</param>
internal sealed record Companion(byte[] Key, long Revision, Operation? Change)
{
    public Comparison Guard => new(KeyRange.Single(Key), CompareTarget.ModRevision, CompareOperator.Equal, Revision);
}
