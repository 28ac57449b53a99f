/* Reads the plan that Python wrote (sandbox/plan.py): trusted, yet every length is checked. */
#include "jailer.h"

#include <linux/filter.h>
#include <string.h>

enum { PLAN_MAGIC = 0x314e4c50 }; /* "PLN1" */

struct reader {
	char *at, *end;
	bool ok;
};

static void take_bytes(struct reader *reader, void *into, size_t bytes)
{
	if (!reader->ok || (size_t)(reader->end - reader->at) < bytes) {
		reader->ok = false;
		memset(into, 0, bytes);
		return;
	}
	memcpy(into, reader->at, bytes);
	reader->at += bytes;
}

static uint32_t take_u32(struct reader *reader)
{
	uint32_t value;

	take_bytes(reader, &value, sizeof value);
	return value;
}

/* A string is a u32 length and the bytes with their NUL; it stays where it is. */
static const char *take_string(struct reader *reader)
{
	uint32_t bytes = take_u32(reader);
	const char *text = reader->at;

	if (!reader->ok || bytes == 0 || bytes > (size_t)(reader->end - reader->at) ||
	    text[bytes - 1] != '\0') {
		reader->ok = false;
		return "";
	}
	reader->at += bytes;
	return text;
}

static uint32_t take_count(struct reader *reader, uint32_t max)
{
	uint32_t count = take_u32(reader);

	if (count > max)
		reader->ok = false;
	return reader->ok ? count : 0;
}

static void take_mounts(struct reader *reader, struct plan *plan)
{
	plan->mounts = take_count(reader, MOUNTS_MAX);
	for (uint32_t i = 0; i < plan->mounts; i++) {
		plan->mount[i].kind = take_u32(reader);
		plan->mount[i].optional = take_u32(reader);
		plan->mount[i].source = take_string(reader);
		plan->mount[i].target = take_string(reader);
	}
}

bool plan_parse(struct plan *plan, char *data, size_t bytes)
{
	struct reader reader = { .at = data, .end = data + bytes, .ok = true };

	if (take_u32(&reader) != PLAN_MAGIC)
		return false;
	plan->slots = take_count(&reader, SLOTS_MAX);
	plan->cgroup_version = take_u32(&reader);
	plan->rootless = take_u32(&reader);
	plan->user_namespace = take_u32(&reader);
	plan->uid_base = take_u32(&reader);
	plan->peer_uid = take_u32(&reader);
	plan->socket_uid = take_u32(&reader);
	plan->cpus_online = take_u32(&reader);
	take_bytes(&reader, plan->cpu, sizeof(int32_t) * plan->slots);
	take_bytes(&reader, &plan->max, sizeof plan->max);
	plan->instance = take_string(&reader);
	plan->run_path = take_string(&reader);
	plan->controllers = take_count(&reader, CONTROLLERS_MAX);
	for (uint32_t i = 0; i < plan->controllers; i++)
		plan->cgroup_path[i] = take_string(&reader);
	take_mounts(&reader, plan);
	plan->filter_instructions = take_count(&reader, BPF_MAXINSNS);
	plan->filter = reader.at;
	return reader.ok && plan->slots > 0 && plan->filter_instructions > 0 && plan->uid_base > 0 &&
	       plan->controllers == (plan->cgroup_version == 1 ? 3 : 1) &&
	       (size_t)(reader.end - reader.at) ==
		       plan->filter_instructions * sizeof(struct sock_filter);
}
