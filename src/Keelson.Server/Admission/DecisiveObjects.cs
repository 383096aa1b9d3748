using Keelson.Api;
using Keelson.Server.Access;
using Keelson.Server.Cache;
using Keelson.Server.Http;
using Keelson.Server.Registry;

namespace Keelson.Server.Admission;

/// <summary>The objects of one kind that say what is admitted, and those among them that can't be read.</summary>
/// <remarks>What can't be read may forbid anything, so it must not be passed over as what is listed otherwise is.</remarks>
internal sealed class DecisiveObjects<T>(AdmissionLookup lookup, string plural)
    where T : class, IResource
{
    private const string Group = "admissionregistration.k8s.io";

    private Memory? _last;

    public async ValueTask<Decisive<T>> ReadAsync(CancellationToken cancel)
    {
        var resource = lookup.Resource(Group, plural);
        var state = await lookup.StateAsync(resource, cancel).ConfigureAwait(false);
        if (_last is { } last && ReferenceEquals(last.State, state)) return last.Read;
        return (_last = new Memory(state, Read(resource, state))).Read;
    }

    private static Decisive<T> Read(RegisteredResource resource, CacheState state)
    {
        var (objects, damaged) = (new List<T>(state.Index.Count), state.Damaged.All.ToList());
        foreach (var item in state.Index.All)
        {
            try
            {
                objects.Add((T)item.Object.Typed!);
            }
            catch (DamagedObjectException broken)
            {
                // JSON that is no object of the kind is found out by reading it.
                damaged.Add(broken.Damaged);
            }
        }

        return new Decisive<T>(resource, objects, damaged);
    }

    private sealed record Memory(CacheState State, Decisive<T> Read);
}

/// <summary>What was read of a kind that says what is admitted.</summary>
internal sealed record Decisive<T>(RegisteredResource Resource, IReadOnlyList<T> Objects, IReadOnlyList<DamagedObject> Damaged)
{
    public bool IsEmpty => Objects.Count == 0 && Damaged.Count == 0;

    /// <summary>The refusal of a write of which one of the damaged objects may say anything.</summary>
    public ApiException Refusal(DamagedObject damaged) => Undecided.Refusal(Resource, damaged);
}

/// <summary>What becomes of writes of which it is not known whether they are allowed.</summary>
internal static class Undecided
{
    /// <summary>What the server writes of itself at its start, without which nothing could be repaired. No client can be this user, as the object counts.</summary>
    public static bool MayPass(AdmissionRequest request) => ReferenceEquals(request.User, KnownUsers.Itself);

    public static ApiException Refusal(RegisteredResource resource, DamagedObject damaged)
    {
        var why = $"{resource.QualifiedName} \"{damaged.Name}\" can't be read, so that it is not known whether it allows this request; "
            + $"delete it with the option {Verbs.DamagedDeletion.Option} and create it anew ({damaged})";
        var failure = Failures.Internal(why);
        return new ApiException(failure.Status with { Details = failure.Status.Details! with { Group = resource.Kind.Group, Kind = resource.Info.Plural, Name = damaged.Name } });
    }
}
