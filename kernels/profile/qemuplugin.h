/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is used of QEMU's interface for TCG plugins, versions 1 to 5. */
#ifndef DIRTYBENCH_QEMUPLUGIN_H
#define DIRTYBENCH_QEMUPLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * QEMU's own header, qemu-plugin.h, is in no package of Debian 12. What has
 * come or gone between the versions is declared weak: a function that the QEMU
 * that loads us lacks is NULL.
 */
#define QEMU_EXPORT __attribute__((visibility("default")))
#define QEMU_WEAK   __attribute__((weak))

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_scoreboard;

typedef struct {
	const char *target_name;
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	int smp_vcpus, max_vcpus;
} qemu_info_t;

/* A counter of each virtual CPU: a place in each element of a scoreboard. */
typedef struct {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
} qemu_plugin_u64;

enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };
enum qemu_plugin_mem_rw { QEMU_PLUGIN_MEM_R = 1, QEMU_PLUGIN_MEM_W };
enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

typedef void (*qemu_plugin_tb_cb)(qemu_plugin_id_t id,
				  struct qemu_plugin_tb *tb);
typedef void (*qemu_plugin_insn_cb)(unsigned int vcpu, void *arg);

/* What a plugin defines. */
extern QEMU_EXPORT int qemu_plugin_version;
QEMU_EXPORT int qemu_plugin_install(qemu_plugin_id_t id,
				    const qemu_info_t *info, int argc,
				    char **argv);

/* All versions. */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   qemu_plugin_tb_cb cb);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    qemu_plugin_insn_cb cb,
					    enum qemu_plugin_cb_flags flags,
					    void *arg);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *
qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

/* From version 4 on it copies to @to, and returns how much; before it took the
 * first argument only, and returned where the bytes are. */
uintptr_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *to,
				size_t bytes);

/* Version 1: a counter is a place in memory. */
QEMU_WEAK void
qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb,
					 enum qemu_plugin_op op, void *counter,
					 uint64_t add);
QEMU_WEAK void qemu_plugin_register_vcpu_mem_inline(
	struct qemu_plugin_insn *insn, enum qemu_plugin_mem_rw rw,
	enum qemu_plugin_op op, void *counter, uint64_t add);

/* From version 2 on: each virtual CPU has counters of its own. */
QEMU_WEAK struct qemu_plugin_scoreboard *
qemu_plugin_scoreboard_new(size_t element_bytes);
QEMU_WEAK void *
qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score,
			    unsigned int vcpu);
QEMU_WEAK void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(
	struct qemu_plugin_tb *tb, enum qemu_plugin_op op,
	qemu_plugin_u64 counter, uint64_t add);
QEMU_WEAK void qemu_plugin_register_vcpu_mem_inline_per_vcpu(
	struct qemu_plugin_insn *insn, enum qemu_plugin_mem_rw rw,
	enum qemu_plugin_op op, qemu_plugin_u64 counter, uint64_t add);

#endif
