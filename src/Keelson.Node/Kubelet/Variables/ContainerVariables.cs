using Keelson.Api.Core.V1;
using Keelson.Node.Kubelet.Pods;
using Keelson.Node.Runtime;

namespace Keelson.Node.Kubelet.Variables;

/// <summary>Makes a container's environment: services, then whole maps, then single variables, later ones over earlier ones.</summary>
internal sealed class ContainerVariables(ObjectSource objects, KubeletOptions options)
{
    private const string Refusal = "CreateContainerConfigError";

    public async Task<IReadOnlyList<EnvironmentVariable>> MakeAsync(PodView view, ApiContainer container, CancellationToken cancel)
    {
        var services = new Dictionary<string, string>(StringComparer.Ordinal);
        ServiceVariables.Add(objects.Services, view.Pod.Metadata.Namespace, view.Pod.Spec.EnableServiceLinks != false, services);
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var source in container.EnvFrom) await AddAllAsync(view.Pod, source, variables, cancel).ConfigureAwait(false);
        // A variable may be made of those of services, which only come in where nothing else has their name.
        var known = new Dictionary<string, string>(services, StringComparer.Ordinal);
        foreach (var (name, value) in variables) known[name] = value;
        foreach (var variable in container.Env)
        {
            var value = variable.ValueFrom is { } source
                ? await ValueAsync(view, container, variable.Name, source, cancel).ConfigureAwait(false)
                : Expansion.Expand(variable.Value, known);
            if (value is not null) variables[variable.Name] = known[variable.Name] = value;
        }

        foreach (var (name, value) in services) variables.TryAdd(name, value);
        return [.. variables.Select(variable => new EnvironmentVariable(variable.Key, variable.Value))];
    }

    private async Task AddAllAsync(Pod pod, EnvFromSource source, Dictionary<string, string> variables, CancellationToken cancel)
    {
        if (source.ConfigMapRef is { } map)
        {
            var name = map.LocalObjectReference.Name;
            var found = await objects.ConfigMapAsync(pod.Metadata.Namespace, name, cancel).ConfigureAwait(false);
            if (found is null && map.Optional != true) throw NotFound("configmap", name);
            foreach (var (key, value) in found?.Data ?? default) variables[source.Prefix + key] = value;
        }
        else if (source.SecretRef is { } secret)
        {
            var name = secret.LocalObjectReference.Name;
            var found = await objects.SecretAsync(pod.Metadata.Namespace, name, cancel).ConfigureAwait(false);
            if (found is null && secret.Optional != true) throw NotFound("secret", name);
            foreach (var (key, value) in found?.Data ?? default) variables[source.Prefix + key] = value.ToUtf8();
        }
    }

    private async Task<string?> ValueAsync(PodView view, ApiContainer container, string variable, EnvVarSource source, CancellationToken cancel)
    {
        if (source.FieldRef is { } field)
        {
            return FieldValues.Field(view, field.FieldPath, options.NodeAddress)
                ?? throw new StartException(Refusal, $"the variable {variable} asks for the field {field.FieldPath}, which pods do not offer");
        }

        if (source.ResourceFieldRef is { } resource)
        {
            return FieldValues.Resource(view.Pod, container, resource, options.Allocatable ?? options.Capacity)
                ?? throw new StartException(Refusal, $"the variable {variable} asks for {resource.Resource}, which containers do not have");
        }

        if (source.ConfigMapKeyRef is { } map) return await KeyAsync(view.Pod, map, cancel).ConfigureAwait(false);
        if (source.SecretKeyRef is { } secret) return await KeyAsync(view.Pod, secret, cancel).ConfigureAwait(false);
        throw new StartException(Refusal, $"the variable {variable} has a source that this kubelet does not know");
    }

    private async Task<string?> KeyAsync(Pod pod, ConfigMapKeySelector selector, CancellationToken cancel)
    {
        var name = selector.LocalObjectReference.Name;
        var found = await objects.ConfigMapAsync(pod.Metadata.Namespace, name, cancel).ConfigureAwait(false);
        if (found is not null && found.Data.TryGetValue(selector.Key, out var value)) return value;
        if (selector.Optional == true) return null;
        throw found is null ? NotFound("configmap", name) : Missing(selector.Key, "ConfigMap", pod, name);
    }

    private async Task<string?> KeyAsync(Pod pod, SecretKeySelector selector, CancellationToken cancel)
    {
        var name = selector.LocalObjectReference.Name;
        var found = await objects.SecretAsync(pod.Metadata.Namespace, name, cancel).ConfigureAwait(false);
        if (found is not null && found.Data.TryGetValue(selector.Key, out var value)) return value.ToUtf8();
        if (selector.Optional == true) return null;
        throw found is null ? NotFound("secret", name) : Missing(selector.Key, "Secret", pod, name);
    }

    private static StartException NotFound(string kind, string name) => new(Refusal, $"{kind} \"{name}\" not found");

    private static StartException Missing(string key, string kind, Pod pod, string name) =>
        new(Refusal, $"couldn't find key {key} in {kind} {pod.Metadata.Namespace}/{name}");
}
