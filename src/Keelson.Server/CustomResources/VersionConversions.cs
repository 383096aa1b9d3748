using Keelson.Api.Patch.Apply;
using Keelson.Api.Values;
using Keelson.Server.Http;
using Keelson.Server.Registry;

namespace Keelson.Server.CustomResources;

/// <summary>
/// Lets the ownership of fields, which computes and waits for nothing, work on objects that somebody else has to convert. Where an
/// object is missing in a version, the work is broken off, the object is asked for, and the work begins again with what is known by then.
/// </summary>
internal sealed class VersionConversions
{
    /// <summary>How many conversions one write may need; default 64. A few a version are enough.</summary>
    private const int MaxConversions = 64;

    private readonly CustomForm _form;
    private readonly Dictionary<(MapValue Object, string ApiVersion), MapValue> _known = [];
    private (MapValue Object, string ApiVersion)? _missing;

    private VersionConversions(CustomForm form) => _form = form;

    /// <summary>Does work with a resource's field manager, in whichever versions fields are owned.</summary>
    /// <exception cref="ApiException">An object could not be converted.</exception>
    public static async ValueTask<T> RunAsync<T>(RegisteredResource resource, string subresource, Func<FieldManager, T> work, CancellationToken cancel)
    {
        if (resource.Custom is not { Converter: { } converter } form) return work(resource.FieldManager(subresource));
        var conversions = new VersionConversions(form);
        var manager = resource.MakeFieldManager(subresource, conversions.Convert);
        while (true)
        {
            try
            {
                return work(manager);
            }
            catch (NotConvertedException)
            {
                if (conversions._known.Count == MaxConversions) throw Failures.Internal("the ownership of fields needs too many conversions");
            }

            var missing = conversions._missing!.Value;
            conversions._known[missing] = (await converter.ConvertAsync([missing.Object], missing.ApiVersion, cancel).ConfigureAwait(false))[0];
        }
    }

    private VersionedObject? Convert(MapValue value, string apiVersion)
    {
        if (!_form.Versions.TryGetValue(apiVersion, out var source)) return null;
        if (value["apiVersion"]?.AsText() == apiVersion) return new VersionedObject(value, source.Value);

        // What has nothing in it is the same in all versions, and nobody is asked.
        if (IsBare(value)) return new VersionedObject(value.With("apiVersion", apiVersion), source.Value);
        if (_known.TryGetValue((value, apiVersion), out var converted)) return new VersionedObject(converted, source.Value);
        _missing = (value, apiVersion);
        throw new NotConvertedException();
    }

    private static bool IsBare(MapValue value) => value.All(pair => pair.Key is "apiVersion" or "kind");

    private sealed class NotConvertedException : Exception;
}
